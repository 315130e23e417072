#!/bin/bash
# The first start only: three databases with an owner each, and the shop's tables. The shop's role reads the
# replication stream, which is all that the CDC connectors need beside its tables.
set -euo pipefail
for name in shop catalog registry; do
  password_variable="${name^^}_PASSWORD"
  psql -v ON_ERROR_STOP=1 -U postgres -v name="$name" -v password="${!password_variable}" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
SQL
done
psql -v ON_ERROR_STOP=1 -U postgres -c 'ALTER ROLE shop REPLICATION'
for file in /sql/*.sql; do
  { echo 'SET ROLE shop;'; cat "$file"; } | psql -v ON_ERROR_STOP=1 -U postgres -d shop
done
