/** What few requests need: those of people who sign in, or have. It is loaded when the first of them comes. */

export { principalOfSession } from './sessions.ts';
export { answerWho, enter, leave } from './sign-in-answers.ts';
export { toSignIn } from './to-sign-in.ts';
