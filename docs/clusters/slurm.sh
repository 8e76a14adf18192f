#!/bin/bash
# An array of shards on one shared folder. Each task runs its part; a task that is killed and requeued
# goes on where it stopped. When all have ended:
#   deno task check --results "$RESULTS" --profile "$PROFILE"
#
# Usage: RESULTS=/shared/latentbench PROFILE=quick OPTIONS='--seeds 6' sbatch --array=1-4 docs/clusters/slurm.sh
#
# PROFILE: quick takes minutes; headline and full take hours.
#SBATCH --job-name=latentbench
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail
cd "${LATENTBENCH:-$SLURM_SUBMIT_DIR}"
# The number of shards is that of the whole array, also where single tasks are submitted again.
shards=${SHARDS:-$((SLURM_ARRAY_TASK_MAX))}
exec deno task reproduce \
  --profile "${PROFILE:-quick}" \
  --shard "$SLURM_ARRAY_TASK_ID/$shards" \
  --jobs "${SLURM_CPUS_ON_NODE:-1}" \
  --results "$RESULTS" \
  ${OPTIONS:-}
