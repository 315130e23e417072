#!/bin/bash
# Makes the topics that Sluice lands, given as name:partitions, and leaves those that are there as they are. They keep
# their records for ever: the generator's events are dated in the past.
set -euo pipefail
for topic in "$@"; do
  /opt/kafka/bin/kafka-topics.sh --bootstrap-server kafka:19092 --create --if-not-exists \
    --topic "${topic%%:*}" --partitions "${topic##*:}" --replication-factor 1 --config retention.ms=-1
done
