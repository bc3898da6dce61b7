import { Controller } from '@nestjs/common';
import { openApiDocument, routes } from '@rungate/contract';
import { Endpoint } from '../edge/endpoint.js';

/** `/openapi.json`: for everyone, without a token. */
@Controller()
export class OpenApiController {
  private readonly document = openApiDocument();

  @Endpoint(routes.getOpenApi)
  get(): ReturnType<typeof openApiDocument> {
    return this.document;
  }
}
