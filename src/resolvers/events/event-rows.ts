import { PLANT_EVENTS } from '../../db/queries/plant-events.ts';
import { belowPark } from '../resources/resource-rows.ts';

export const { toRead: eventOf, toChange: eventToChange } = belowPark('event', PLANT_EVENTS, 'RESOURCE_READ');
