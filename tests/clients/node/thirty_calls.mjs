// Google's own Node clients at the sandbox: nothing of theirs is changed but the root address.
//
//   npm ci && node thirty_calls.mjs http://127.0.0.1:8020/ path/to/service-account.json
//
// Prints one line per call and stops with an error at the first one that is not as Google's.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';

import { classroom as classroomApi } from '@googleapis/classroom';
import { drive as driveApi } from '@googleapis/drive';
import { forms as formsApi } from '@googleapis/forms';
import { gmail as gmailApi } from '@googleapis/gmail';
import { sheets as sheetsApi } from '@googleapis/sheets';
import { JWT, UserRefreshClient } from 'google-auth-library';

// A refusal as one line instead of the whole request and answer.
process.on('uncaughtException', (error) => {
  console.error(error.stack);
  process.exit(1);
});

const [rootUrl, keyFile] = process.argv.slice(2);
const AUTH = 'https://www.googleapis.com/auth/';
const SCOPES = [
  'https://mail.google.com/',
  ...['drive', 'spreadsheets', 'forms.body', 'forms.responses.readonly'].map((s) => AUTH + s),
  ...['courses', 'rosters', 'topics', 'announcements', 'courseworkmaterials'].map(
    (s) => `${AUTH}classroom.${s}`,
  ),
];

// A service account that acts as a person. The library knows one token address only and takes no
// other (getToken.js), so the transporter's own door is used: an interceptor.
async function actingAs(subject) {
  const key = JSON.parse(await readFile(keyFile, 'utf8'));
  const client = new JWT({ email: key.client_email, key: key.private_key, scopes: SCOPES, subject });
  client.transporter.interceptors.request.add({
    resolved: async (config) => {
      if (String(config.url) === 'https://oauth2.googleapis.com/token') {
        config.url = new URL(key.token_uri);
      }
      return config;
    },
  });
  return client;
}

// A person who consented: the library has an option for the token address.
async function consenting(user) {
  const answer = await fetch(new URL('sandbox/v1/authorized-users', rootUrl), {
    method: 'POST',
    body: JSON.stringify({ user }),
  });
  const given = await answer.json();
  return new UserRefreshClient({
    clientId: given.client_id,
    clientSecret: given.client_secret,
    refreshToken: given.refresh_token,
    endpoints: { oauth2TokenUrl: given.token_uri },
  });
}

let calls = 0;
async function call(name, promise) {
  const answer = await promise;
  calls += 1;
  console.log(`${calls} ${name} ${answer.status}`);
  return answer.data;
}

async function refused(name, promise, status, reason) {
  const error = await promise.then(
    () => assert.fail(`${name} was taken`),
    (caught) => caught,
  );
  calls += 1;
  console.log(`${calls} ${name} ${error.status}`);
  assert.equal(error.status, status);
  assert.match(error.message, reason);
}

const auth = await actingAs('itn-sync@ecole.example');
const settings = { auth, rootUrl };
const sheets = sheetsApi({ version: 'v4', ...settings });
const drive = driveApi({ version: 'v3', ...settings });
const forms = formsApi({ version: 'v1', ...settings });
const gmail = gmailApi({ version: 'v1', ...settings });
const classroom = classroomApi({ version: 'v1', ...settings });

// --- Forms
const { formId } = await call(
  'forms.create',
  forms.forms.create({ requestBody: { info: { title: 'Inscription' } } }),
);
const item = { title: 'Nom', questionItem: { question: { required: true, textQuestion: {} } } };
const edited = await call(
  'forms.batchUpdate',
  forms.forms.batchUpdate({
    formId,
    requestBody: {
      includeFormInResponse: true,
      requests: [{ createItem: { item, location: { index: 0 } } }],
    },
  }),
);
assert.equal(edited.replies[0].createItem.questionId.length, 1);
const form = await call('forms.get', forms.forms.get({ formId, fields: 'formId,items(title)' }));
assert.deepEqual(form, { formId, items: [{ title: 'Nom' }] });
const publishState = { isPublished: true, isAcceptingResponses: true };
await call(
  'forms.setPublishSettings',
  forms.forms.setPublishSettings({ formId, requestBody: { publishSettings: { publishState } } }),
);
assert.deepEqual(await call('forms.responses.list', forms.forms.responses.list({ formId })), {});

// --- Sheets
const { spreadsheetId } = await call(
  'sheets.create',
  sheets.spreadsheets.create({
    requestBody: { properties: { title: 'Suivi', locale: 'fr_BE' }, sheets: [{ properties: { title: 'Étudiants' } }] },
  }),
);
const written = await call(
  'sheets.values.update',
  sheets.spreadsheets.values.update({
    spreadsheetId,
    range: "'Étudiants'!A1:B2",
    valueInputOption: 'USER_ENTERED',
    requestBody: { values: [['Nom', 'Note'], ['Dupont', '7,5']] },
  }),
);
assert.equal(written.updatedCells, 4);
const appended = await call(
  'sheets.values.append',
  sheets.spreadsheets.values.append({
    spreadsheetId,
    range: "'Étudiants'!A1",
    valueInputOption: 'RAW',
    insertDataOption: 'INSERT_ROWS',
    requestBody: { values: [['Lambert', 12]] },
  }),
);
assert.equal(appended.updates.updatedRange, "'Étudiants'!A3:B3");
const read = await call(
  'sheets.values.get',
  sheets.spreadsheets.values.get({ spreadsheetId, range: "'Étudiants'!A1:B9" }),
);
assert.deepEqual(read.values, [['Nom', 'Note'], ['Dupont', '7,5'], ['Lambert', '12']]);
const both = await call(
  'sheets.values.batchGet',
  sheets.spreadsheets.values.batchGet({
    spreadsheetId,
    ranges: ["'Étudiants'!A2", "'Étudiants'!B2"],
    valueRenderOption: 'UNFORMATTED_VALUE',
  }),
);
assert.deepEqual(both.valueRanges.map((one) => one.values[0][0]), ['Dupont', 7.5]);
const developerMetadata = {
  metadataKey: 'itn-sync',
  visibility: 'DOCUMENT',
  location: { spreadsheet: true },
};
const changed = await call(
  'sheets.batchUpdate',
  sheets.spreadsheets.batchUpdate({
    spreadsheetId,
    requestBody: {
      requests: [
        { addSheet: { properties: { title: 'Relances' } } },
        { createDeveloperMetadata: { developerMetadata } },
      ],
    },
  }),
);
assert.equal(changed.replies.length, 2);
const found = await call(
  'sheets.developerMetadata.search',
  sheets.spreadsheets.developerMetadata.search({
    spreadsheetId,
    requestBody: { dataFilters: [{ developerMetadataLookup: { metadataKey: 'itn-sync' } }] },
  }),
);
assert.equal(found.matchedDeveloperMetadata.length, 1);
const book = await call(
  'sheets.get',
  sheets.spreadsheets.get({ spreadsheetId, fields: 'sheets.properties.title' }),
);
assert.deepEqual(book.sheets.map((sheet) => sheet.properties.title), ['Étudiants', 'Relances']);
await refused(
  'sheets.values.get',
  sheets.spreadsheets.values.get({ spreadsheetId, range: 'Nulle part!A1' }),
  400,
  /Unable to parse range: Nulle part!A1/,
);

// --- Drive: an upload's address is made before the client's root applies, so it is said per call.
const upload = await call(
  'drive.files.create',
  drive.files.create(
    {
      requestBody: { name: 'Notes élèves.txt' },
      media: { mimeType: 'text/plain', body: Readable.from(['Élève: ', 'Dupont']) },
    },
    { rootUrl },
  ),
);
const content = await call(
  'drive.files.get media',
  drive.files.get({ fileId: upload.id, alt: 'media' }, { responseType: 'text' }),
);
assert.equal(content, 'Élève: Dupont');
const listed = await call(
  'drive.files.list',
  drive.files.list({ q: "name contains 'Notes' and trashed = false", fields: 'files(id,size)' }),
);
assert.deepEqual(listed.files, [{ id: upload.id, size: '15' }]);
const grant = { role: 'reader', type: 'user', emailAddress: 'direction@ecole.example' };
await call('drive.permissions.create', drive.permissions.create({ fileId: upload.id, requestBody: grant }));
const shared = await call(
  'drive.permissions.list',
  drive.permissions.list({ fileId: upload.id, fields: 'permissions(role,emailAddress)' }),
);
assert.equal(shared.permissions.length, 2);
const renamed = await call(
  'drive.files.update',
  drive.files.update({ fileId: upload.id, requestBody: { name: 'Notes.txt' }, fields: 'name' }),
);
assert.deepEqual(renamed, { name: 'Notes.txt' });
const about = await call('drive.about.get', drive.about.get({ fields: 'user(emailAddress)' }));
assert.equal(about.user.emailAddress, 'itn-sync@ecole.example');
await refused('drive.files.get', drive.files.get({ fileId: 'nothing' }), 404, /File not found: nothing/);

// --- Gmail
const profile = await call('gmail.getProfile', gmail.users.getProfile({ userId: 'me' }));
assert.equal(profile.emailAddress, 'itn-sync@ecole.example');
const subject = `=?UTF-8?B?${Buffer.from('Réponse').toString('base64')}?=`;
const mail = `To: direction@ecole.example\r\nSubject: ${subject}\r\n\r\nBonjour.\r\n`;
const raw = Buffer.from(mail).toString('base64url');
const draft = await call(
  'gmail.drafts.create',
  gmail.users.drafts.create({ userId: 'me', requestBody: { message: { raw } } }),
);
const sent = await call(
  'gmail.drafts.send',
  gmail.users.drafts.send({ userId: 'me', requestBody: { id: draft.id } }),
);
assert.deepEqual(sent.labelIds, ['SENT']);
const label = await call(
  'gmail.labels.create',
  gmail.users.labels.create({ userId: 'me', requestBody: { name: 'Réponses' } }),
);
const marked = await call(
  'gmail.messages.modify',
  gmail.users.messages.modify({ userId: 'me', id: sent.id, requestBody: { addLabelIds: [label.id] } }),
);
assert.ok(marked.labelIds.includes(label.id));

// --- The same mail as its addressee sees it, by another way of signing in.
const direction = gmailApi({
  version: 'v1',
  auth: await consenting('direction@ecole.example'),
  rootUrl,
});
const inbox = await call(
  'gmail.messages.list',
  direction.users.messages.list({ userId: 'me', labelIds: ['INBOX', 'UNREAD'] }),
);
assert.equal(inbox.messages.length, 1);
const received = await call(
  'gmail.messages.get',
  direction.users.messages.get({ userId: 'me', id: inbox.messages[0].id }),
);
const headers = new Map(received.payload.headers.map((header) => [header.name, header.value]));
assert.equal(headers.get('Subject'), 'Réponse');

// --- Classroom
const course = await call(
  'classroom.courses.create',
  classroom.courses.create({
    requestBody: { name: 'CESS, soir', ownerId: 'me', courseState: 'ACTIVE' },
  }),
);
const courseId = course.id;
const topic = await call(
  'classroom.topics.create',
  classroom.courses.topics.create({ courseId, requestBody: { name: 'Chapitre 1' } }),
);
const material = await call(
  'classroom.courseWorkMaterials.create',
  classroom.courses.courseWorkMaterials.create({
    courseId,
    requestBody: {
      title: 'Syllabus',
      topicId: topic.topicId,
      state: 'PUBLISHED',
      materials: [{ driveFile: { driveFile: { id: upload.id }, shareMode: 'VIEW' } }],
    },
  }),
);
assert.equal(material.materials[0].driveFile.driveFile.title, 'Notes.txt');
const posts = await call(
  'classroom.courseWorkMaterials.list',
  classroom.courses.courseWorkMaterials.list({ courseId, fields: 'courseWorkMaterial(id,title)' }),
);
assert.deepEqual(posts.courseWorkMaterial, [{ id: material.id, title: 'Syllabus' }]);
await call(
  'classroom.announcements.create',
  classroom.courses.announcements.create({
    courseId,
    requestBody: { text: 'Bienvenue', state: 'PUBLISHED' },
  }),
);
await refused('classroom.courses.get', classroom.courses.get({ id: '1' }), 404, /not found/);

console.log(`${calls} calls`);
