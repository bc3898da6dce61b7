import { Inject, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Batch } from './batch/batch.js';
import { BatchController } from './batch/batch.controller.js';
import { AuditController } from './audit/audit.controller.js';
import { CallbackController } from './callback/callback.controller.js';
import { EventController } from './events/event.controller.js';
import { EventHub } from './events/event-hub.js';
import { CheckController } from './catalogue/check.controller.js';
import { serveConsole } from './console/serve-console.js';
import { guardAnswers } from './edge/answer-headers.js';
import { Authentication } from './edge/authentication.js';
import { Cursors } from './edge/cursors.js';
import { receiveBytes } from './edge/fastify.js';
import { GuessBudget } from './edge/guess-budget.js';
import { ProblemFilter } from './edge/problem.filter.js';
import { RateLimits } from './edge/rate-limits.js';
import { LiveController } from './live/live.controller.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { API_OPTIONS, type ApiOptions } from './options.js';
import { OrganizationController } from './organization/organization.controller.js';
import { Organizations } from './organization/organizations.js';
import { OperationController } from './operation/operation.controller.js';
import { PutOrganization } from './organization/put-organization.js';
import { HmacKeyController } from './run-task/hmac-key.controller.js';
import { PutRunTask } from './run-task/put-run-task.js';
import { PlatformQuarantineController, QuarantineController } from './quarantine/quarantine.controllers.js';
import { OriginController } from './origin/origin.controller.js';
import { RunTaskController } from './run-task/run-task.controller.js';
import { RunTasks } from './run-task/run-tasks.js';
import { RehearsalController } from './rehearsal/rehearsal.controller.js';
import { ConnectController } from './setup/connect.controller.js';
import { MemberController, PlatformMemberController } from './member/member.controllers.js';
import { Members } from './member/members.js';
import { SessionController } from './session/session.controller.js';
import { Cookies } from './session/cookies.js';
import { SetupController } from './setup/setup.controller.js';
import { ExportController } from './task-result/export.controller.js';
import { Arrivals } from './sign-in/arrivals.js';
import { SignInBudget } from './sign-in/budget.js';
import { EntranceController } from './sign-in/entrance.controller.js';
import { Conclusions } from './sign-in/conclusions.js';
import { ConnectionTests } from './sign-in/connection-tests.js';
import { LinkSignIns } from './sign-in/link-sign-ins.js';
import { LeavingController } from './sign-in/leaving.controller.js';
import { SamlController } from './sign-in/saml/saml.controller.js';
import { SamlSignIns } from './sign-in/saml/saml-sign-ins.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { SignIns } from './sign-in/sign-ins.js';
import { InterventionController } from './task-result/intervention.controller.js';
import { ReevaluationController } from './task-result/reevaluation.controller.js';
import { TaskResultController } from './task-result/task-result.controller.js';
import { DomainController } from './sso/domain.controller.js';
import { Domains } from './sso/domains.js';
import { MetadataSource } from './sso/metadata-source.js';
import { MetadataUpkeep } from './sso/metadata-upkeep.js';
import { PortalLinkController } from './sso/portal-link.controller.js';
import { SsoConnections } from './sso/sso-connections.js';
import { SsoSetupController } from './sso/sso-setup.controller.js';
import { SsoUpkeep } from './sso/sso-upkeep.js';
import { PlatformSsoConnectionController, SsoConnectionController } from './sso/sso.controllers.js';
import { SystemController } from './system/system.controller.js';
import { MeController } from './token/me.controller.js';
import { OrganizationTokenController, PlatformTokenController } from './token/token.controllers.js';
import { Tokens } from './token/tokens.js';
import { ViewController } from './view/view.controller.js';
import { SavedViewController } from './saved-view/saved-view.controller.js';

/** The management API. The server that serves it takes `fastifyOptions`. */
@Module({})
export class ApiModule implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  static register(options: ApiOptions): DynamicModule {
    return {
      module: ApiModule,
      controllers: [
        OrganizationController,
        BatchController,
        RunTaskController,
        HmacKeyController,
        SetupController,
        ConnectController,
        RehearsalController,
        OriginController,
        QuarantineController,
        PlatformQuarantineController,
        ExportController,
        InterventionController,
        ReevaluationController,
        TaskResultController,
        CallbackController,
        EventController,
        LiveController,
        OperationController,
        SystemController,
        CheckController,
        AuditController,
        MeController,
        PlatformTokenController,
        OrganizationTokenController,
        OpenApiController,
        SignInController,
        SamlController,
        LeavingController,
        EntranceController,
        SessionController,
        SavedViewController,
        MemberController,
        PlatformMemberController,
        SsoConnectionController,
        PlatformSsoConnectionController,
        PortalLinkController,
        SsoSetupController,
        ViewController,
        DomainController,
      ],
      providers: [
        { provide: API_OPTIONS, useValue: options },
        { provide: Cookies, useValue: new Cookies(options.publicUrl) },
        Authentication,
        GuessBudget,
        Arrivals,
        ConnectionTests,
        Conclusions,
        SamlSignIns,
        SignIns,
        LinkSignIns,
        SignInBudget,
        Members,
        MetadataSource,
        SsoConnections,
        Domains,
        MetadataUpkeep,
        SsoUpkeep,
        RateLimits,
        Organizations,
        Batch,
        PutOrganization,
        PutRunTask,
        RunTasks,
        Tokens,
        EventHub,
        { provide: Cursors, useValue: new Cursors(options.cursorKey) },
        // For the whole application: an unknown path and a refused body never reach a controller.
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }

  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    const { consoleFolder: folder, publicUrl } = this.options;
    receiveBytes(server);
    guardAnswers(server, publicUrl);
    if (folder !== null) serveConsole(server, { folder, publicUrl });
  }
}
