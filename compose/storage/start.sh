#!/bin/sh
# SeaweedFS reads its S3 users from a file; this one is made from the environment, inside the container.
set -eu
umask 077
cat > /tmp/s3.json <<JSON
{"identities": [{"name": "sluice",
  "credentials": [{"accessKey": "$S3_ACCESS_KEY", "secretKey": "$S3_SECRET_KEY"}],
  "actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}
JSON
exec weed server -dir=/data -ip=storage -ip.bind=0.0.0.0 -master.volumeSizeLimitMB=1024 -s3 -s3.config=/tmp/s3.json
