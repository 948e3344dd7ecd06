# Completion for agent-ctl in bash, and in zsh after `bashcompinit`.

_agent_ctl() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} verb='' candidate value='' options
  local verbs='register register-new proxy-register import daemon pull push renew-certificate status doctor delete delete-all dump'
  local common='-v --log-level --log-format --help'
  local site='--server --site --user --password --password-file --password-stdin --trust-cert --trust-fingerprint
    --detect-proxy --validate-api-cert --key-type'
  COMPREPLY=()
  for candidate in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [ -n "$value" ] && [ "$candidate" != = ]; then
      value=
      continue
    fi
    case $candidate in
      =) ;;
      --log-level | --log-format) value=follows ;;
      -*) ;;
      *)
        verb=$candidate
        break
        ;;
    esac
  done
  # Of --key-type=rsa bash makes three words.
  if [ "$word" = = ]; then
    word=
  elif [ "$previous" = = ] && [ "$COMP_CWORD" -gt 2 ]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case $previous in
    --key-type)
      mapfile -t COMPREPLY < <(compgen -W 'ec-p256 rsa-2048 rsa-3072 rsa-4096' -- "$word")
      return
      ;;
    --log-level)
      mapfile -t COMPREPLY < <(compgen -W 'off error warn info debug trace' -- "$word")
      return
      ;;
    --log-format)
      mapfile -t COMPREPLY < <(compgen -W 'plain journald json' -- "$word")
      return
      ;;
    --password-file | --log-file)
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return
      ;;
  esac
  case $verb in
    '') options="$verbs $common --version" ;;
    register) options="$site --hostname --ott --automatic-updates --agent" ;;
    register-new) options="$site --agent-labels --automatic-updates --agent" ;;
    proxy-register) options="$site --hostname --ott" ;;
    daemon) options='--port --log-file --strict-permissions --allow-root --agent --detect-proxy' ;;
    pull) options='--port --log-file --strict-permissions --allow-root --agent' ;;
    push) options='--detect-proxy --agent' ;;
    renew-certificate) options='--all --force --key-type --detect-proxy' ;;
    status) options='--json --no-query-remote --detect-proxy --agent' ;;
    doctor) options='--json --detect-proxy --agent' ;;
    delete-all) options='--enable-insecure-connections' ;;
    dump) options='--agent' ;;
    *) options= ;;
  esac
  [ -z "$verb" ] || options="$options $common"
  mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
  if [ "$verb" = import ]; then
    local files
    mapfile -t files < <(compgen -f -- "$word")
    COMPREPLY+=("${files[@]}")
  fi
}

complete -F _agent_ctl agent-ctl cmk-agent-ctl
