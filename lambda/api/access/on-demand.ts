/** What few requests need: those of people who sign in, or have. It is loaded when the first of them comes. */

export { answerWho, enter, leave } from '../session/sign-in-answers.ts';
export { toSignIn } from '../session/to-sign-in.ts';
export { principalOfToken } from './provider.ts';
export { principalOfSession } from './sessions.ts';
