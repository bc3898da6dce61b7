export type {
  AnsweredRequest,
  Outage,
  RecordedHistory,
  SeenCallback,
  SeenRun,
  StoredTaskResult,
  Writing,
} from '@rungate/run-task/testing';
