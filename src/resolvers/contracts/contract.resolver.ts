import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from 'type-graphql';
import { PageArgs } from '../../schema/connection.ts';
import { Contract, ContractConnection } from '../../schema/contract.ts';
import {
  ContractPayload,
  CreateContractInput,
  DeleteContractInput,
  UpdateContractInput,
} from '../../schema/contract-inputs.ts';
import { Park } from '../../schema/park.ts';
import { OkPayload } from '../../schema/resource-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { found, loadPark } from '../resources/load-resource.ts';
import { mayRead } from '../resources/may-read.ts';
import type { ParkModel } from '../resources/resource-model.ts';
import type { ContractModel } from './contract-model.ts';
import { createContract } from './create-contract.ts';
import { deleteContract } from './delete-contract.ts';
import { listContracts } from './list-contracts.ts';
import { loadContract } from './load-contract.ts';
import { updateContract } from './update-contract.ts';

@Resolver(() => Contract)
export class ContractResolver {
  @FieldResolver(() => Park, { description: 'The park it is about.' })
  async park(@Ctx('request') context: RequestContext, @Root() contract: ContractModel) {
    return found(await loadPark(context.current, contract.row.park.id));
  }

  @Mutation(() => ContractPayload, { description: 'Creates a contract.' })
  async createContract(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => CreateContractInput, { description: 'What to create.' }) input: CreateContractInput,
  ) {
    return contractPayload(context, await createContract(context, input));
  }

  @Mutation(() => ContractPayload, { description: 'Changes a contract.' })
  async updateContract(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => UpdateContractInput, { description: 'What to change.' }) input: UpdateContractInput,
  ) {
    return contractPayload(context, await updateContract(context, input));
  }

  @Mutation(() => OkPayload, { description: 'Deletes a contract.' })
  async deleteContract(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => DeleteContractInput, { description: 'Which one.' }) input: DeleteContractInput,
  ) {
    await deleteContract(context, input);
    return { ok: true };
  }
}

@Resolver(() => Park)
export class ParkContractsResolver {
  @FieldResolver(() => ContractConnection, {
    nullable: true,
    description:
      'Its contracts, the latest to start first. Null with FORBIDDEN to those who see the park without CONTRACT_READ: once for the parks of a list.',
  })
  contracts(
    @Ctx('request') context: RequestContext,
    @Root() park: ParkModel,
    @Args(() => PageArgs) page: PageArgs,
    @Info() { path }: GraphQLResolveInfo,
  ) {
    const { current } = context;
    return mayRead(current, park.access, 'CONTRACT_READ', path)
      ? listContracts(current, park.row.id, page)
      : null;
  }
}

/** The payload reads what the command left, as a query would. */
const contractPayload = async (context: RequestContext, id: string) => ({
  contract: found(await loadContract(await context.reading(), id)),
});
