/** What the process ends with. */
export const EXIT = { ok: 0, failure: 1, usage: 2, interrupted: 130 } as const;

/** The same for `--help`. */
export const EXIT_CODES_HELP = `
Exit codes:
  ${EXIT.ok}    done
  ${EXIT.failure}    something failed; the message on stderr says what
  ${EXIT.usage}    an argument or option is wrong
  ${EXIT.interrupted}  interrupted by Ctrl-C; 143 by SIGTERM, 129 by SIGHUP
`;
