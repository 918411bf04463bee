import type { Rule, SchemaProblem } from '../../schema/check-schema.ts';
import type { Schema } from '../../schema/schema.ts';
import { formatNumber } from '../i18n/format.ts';
import { defineMessages, locale } from '../i18n/locale.ts';

type Sentences = Readonly<Record<Rule, (limit: unknown) => string>>;

const number = (limit: unknown): string => formatNumber(Number(limit));

const TYPES: Readonly<Record<'en' | 'ja', Readonly<Record<string, string>>>> = {
  en: {
    string: 'text',
    number: 'a number',
    integer: 'a whole number',
    boolean: 'true or false',
    object: 'an object',
  },
  ja: {
    string: '文字列',
    number: '数値',
    integer: '整数',
    boolean: 'true または false',
    object: 'オブジェクト',
  },
};

/** The fields that may not be given together. */
const togetherOf = (limit: unknown): string => {
  const { required = [] } = Object(limit) as Schema;
  return required.join(', ');
};

export const jsonFormMessages = defineMessages({
  en: {
    optional: 'optional',
    asForm: 'As a form',
    asJson: 'As JSON',
    json: 'Input',
    noJson: (why: string) => `This is not JSON: ${why}`,
    noObject: 'The input has to be an object: {…}',
    rules: {
      required: () => 'This is needed.',
      additionalProperties: () => 'There is no such field: take it out.',
      type: (limit) => `This has to be ${TYPES.en[String(limit)] ?? limit}.`,
      const: (limit) => `This has to be ${JSON.stringify(limit)}.`,
      pattern: () =>
        'This has a character that is not allowed here, or lacks what it has to begin or end with.',
      minLength: (limit) => `This needs at least ${number(limit)} characters.`,
      maxLength: (limit) => `This is too long: at most ${number(limit)} characters.`,
      minimum: (limit) => `This has to be at least ${number(limit)}.`,
      maximum: (limit) => `This has to be at most ${number(limit)}.`,
      exclusiveMinimum: (limit) => `This has to be more than ${number(limit)}.`,
      exclusiveMaximum: (limit) => `This has to be less than ${number(limit)}.`,
      not: (limit) => `These do not go together: ${togetherOf(limit)}.`,
      properties: () => 'This is not good.',
      allOf: () => 'This is not good.',
    } satisfies Sentences as Sentences,
  },
  ja: {
    optional: '任意',
    asForm: 'フォーム',
    asJson: 'JSON',
    json: '入力',
    noJson: (why: string) => `JSON として解釈できません：${why}`,
    noObject: '入力はオブジェクト {…} にしてください。',
    rules: {
      required: () => '必須です。',
      additionalProperties: () => 'このフィールドは使えません。削除してください。',
      type: (limit) => `${TYPES.ja[String(limit)] ?? limit}で入力してください。`,
      const: (limit) => `${JSON.stringify(limit)} にしてください。`,
      pattern: () => '使えない文字が含まれているか、形式が正しくありません。',
      minLength: (limit) => `${number(limit)} 文字以上で入力してください。`,
      maxLength: (limit) => `長すぎます。${number(limit)} 文字以内で入力してください。`,
      minimum: (limit) => `${number(limit)} 以上にしてください。`,
      maximum: (limit) => `${number(limit)} 以下にしてください。`,
      exclusiveMinimum: (limit) => `${number(limit)} より大きい値にしてください。`,
      exclusiveMaximum: (limit) => `${number(limit)} より小さい値にしてください。`,
      not: (limit) => `同時に指定できません：${togetherOf(limit)}`,
      properties: () => '正しくありません。',
      allOf: () => '正しくありません。',
    },
  },
});

/** What a problem means for who fills in the form. */
export const sentenceOf = ({ rule, limit }: SchemaProblem): string =>
  jsonFormMessages[locale.value].rules[rule](limit);

/** A field's name and explanation in the page's language; the schema has both in English at least. */
export function wordsOf(name: string, schema: Schema): { title: string; description: string | undefined } {
  const isJapanese = locale.value === 'ja';
  const title = (isJapanese ? schema['x-title-ja'] : undefined) ?? schema.title ?? name;
  const description = (isJapanese ? schema['x-description-ja'] : undefined) ?? schema.description;
  return { title, description };
}
