#!/bin/sh
# The sandbox from a shell: nothing but curl and sed, with the addresses of Google's own pages.
#
#   tests/clients/thirty_calls.sh http://127.0.0.1:8020
#
# Prints one line per call and stops at the first one that is not as Google's.
set -eu
ROOT=${1%/}
ME=itn-sync@ecole.example
CALLS=0
ANSWER=$(mktemp)
trap 'rm -f "$ANSWER"' EXIT

# field NAME: the first value of that field in the last answer (answers are indented as Google's).
field() { sed -n "s/^ *\"$1\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}\$/\1/p" "$ANSWER" | head -n 1; }

# sign_in ADDRESS: a person consents, and their refresh token becomes an access token.
sign_in() {
  curl -sSf -o "$ANSWER" -d "{\"user\": \"$1\"}" "$ROOT/sandbox/v1/authorized-users"
  curl -sSf -o "$ANSWER.token" "$ROOT/token" -d grant_type=refresh_token \
    -d "client_id=$(field client_id)" -d "client_secret=$(field client_secret)" \
    -d "refresh_token=$(field refresh_token)"
  mv "$ANSWER.token" "$ANSWER"
  TOKEN=$(field access_token)
}

# google STATUS METHOD PATH [curl's own options…]
google() {
  wanted=$1 verb=$2 path=$3
  shift 3
  got=$(curl -sS -g -o "$ANSWER" -w '%{http_code}' -X "$verb" \
    -H "Authorization: Bearer $TOKEN" "$@" "$ROOT/$path")
  CALLS=$((CALLS + 1))
  echo "$CALLS $verb $path $got"
  [ "$got" = "$wanted" ] || { cat "$ANSWER"; exit 1; }
}

# json STATUS METHOD PATH BODY
json() { google "$1" "$2" "$3" -H 'Content-Type: application/json' --data-binary "$4"; }

# says TEXT: the last answer holds it.
says() { grep -qF -- "$1" "$ANSWER" || { echo "no «$1» in:"; cat "$ANSWER"; exit 1; }; }

sign_in "$ME"

# Forms
json 200 POST v1/forms '{"info": {"title": "Inscription"}}'
FORM=$(field formId)
json 200 POST "v1/forms/$FORM:batchUpdate" '{"requests": [{"createItem": {"location": {"index": 0},
  "item": {"title": "Nom", "questionItem": {"question": {"textQuestion": {}}}}}}]}'
google 200 GET "v1/forms/$FORM?fields=items(title)"
says '"title": "Nom"'
google 200 GET "v1/forms/$FORM/responses"
google 400 GET "v1/forms/$FORM/responses?pageSize=beaucoup"
says "Invalid value at 'page_size' (TYPE_INT32), \\\"beaucoup\\\""

# Sheets
json 200 POST v4/spreadsheets '{"properties": {"title": "Suivi", "locale": "fr_BE"}}'
BOOK=$(field spreadsheetId)
json 200 PUT "v4/spreadsheets/$BOOK/values/A1:B2?valueInputOption=USER_ENTERED" \
  '{"values": [["Nom", "Note"], ["Dupont", "7,5"]]}'
json 200 POST "v4/spreadsheets/$BOOK/values/A1:append?valueInputOption=RAW" \
  '{"values": [["Lambert", 12]]}'
says '"updatedRows": 1'
google 200 GET "v4/spreadsheets/$BOOK/values/B2?valueRenderOption=UNFORMATTED_VALUE"
says '7.5'
json 200 POST "v4/spreadsheets/$BOOK:batchUpdate" \
  '{"requests": [{"addSheet": {"properties": {"title": "Relances"}}}]}'
google 200 GET "v4/spreadsheets/$BOOK?fields=sheets.properties.title"
says '"title": "Relances"'
google 400 GET "v4/spreadsheets/$BOOK/values/Ailleurs!A1"
says 'Unable to parse range: Ailleurs!A1'

# Drive
google 200 POST 'upload/drive/v3/files?uploadType=multipart' \
  -F 'metadata={"name": "Notes"};type=application/json; charset=UTF-8' \
  -F 'file=Bonjour;type=text/plain'
FILE=$(field id)
google 200 GET "drive/v3/files/$FILE?alt=media"
says 'Bonjour'
google 200 GET 'drive/v3/files?q=name%3D%27Notes%27&fields=files(id)'
says "$FILE"
json 200 POST "drive/v3/files/$FILE/permissions" '{"role": "reader", "type": "user",
  "emailAddress": "direction@ecole.example"}'
google 200 GET "drive/v3/files/$FILE/permissions"
json 200 PATCH "drive/v3/files/$FILE" '{"name": "Notes 2026"}'
google 200 GET 'drive/v3/about?fields=user'
google 404 GET drive/v3/files/nothing
says 'File not found: nothing.'

# Gmail
google 200 GET gmail/v1/users/me/profile
says "$ME"
google 200 POST 'upload/gmail/v1/users/me/messages/send?uploadType=media' \
  -H 'Content-Type: message/rfc822' \
  --data-binary "$(printf 'To: direction@ecole.example\r\nSubject: Bonjour\r\n\r\nBonjour.\r\n')"
SENT=$(field id)
google 200 GET "gmail/v1/users/me/messages/$SENT?format=metadata&metadataHeaders=Subject"
says '"value": "Bonjour"'
json 200 POST gmail/v1/users/me/labels '{"name": "Réponses"}'
LABEL=$(field id)
json 200 POST "gmail/v1/users/me/messages/$SENT/modify" "{\"addLabelIds\": [\"$LABEL\"]}"
google 200 GET "gmail/v1/users/me/messages?labelIds=$LABEL"
says "$SENT"
google 204 DELETE "gmail/v1/users/me/labels/$LABEL"

# Classroom
json 200 POST v1/courses '{"name": "CESS, soir", "ownerId": "me", "courseState": "ACTIVE"}'
COURSE=$(field id)
json 200 POST "v1/courses/$COURSE/topics" '{"name": "Chapitre 1"}'
json 200 POST "v1/courses/$COURSE/announcements" '{"text": "Bienvenue", "state": "PUBLISHED"}'
google 200 GET "v1/courses/$COURSE/announcements"
says '"text": "Bienvenue"'
json 400 POST "v1/courses/$COURSE/topics" '{"title": "Chapitre 2"}'
says "Unknown name \\\"title\\\" at 'topic': Cannot find field."
google 404 GET v1/courses/1

# Somebody else has no part in it.
sign_in secretariat@ecole.example
google 404 GET "drive/v3/files/$FILE"
google 403 GET "v4/spreadsheets/$BOOK"

echo "$CALLS calls"
