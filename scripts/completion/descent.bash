# Completion of `descent` for bash. Printed by `descent --generate bash`.
_descent()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} options
    [[ $word == = ]] && word=
    [[ $before == = ]] && before=${COMP_WORDS[COMP_CWORD-2]}
    if ((COMP_CWORD == 1)); then
        COMPREPLY=($(compgen -W '--help --version check dump train run build' -- "$word"))
        return
    fi
    case "${COMP_WORDS[1]} $before" in
        dump\ --stage) COMPREPLY=($(compgen -W 'graph grad simplified fused kernels plan llvm asm cuda ptx sass' -- "$word")); return ;;
        dump\ --device) COMPREPLY=($(compgen -W 'cpu cuda sm_75 sm_80 sm_86 sm_87 sm_89 sm_90 sm_90a sm_100 sm_103 sm_120' -- "$word")); return ;;
        check\ --device) COMPREPLY=($(compgen -W 'cpu cuda sm_75 sm_80 sm_86 sm_87 sm_89 sm_90 sm_90a sm_100 sm_103 sm_120' -- "$word")); return ;;
        dump\ --format) COMPREPLY=($(compgen -W 'mlir dot' -- "$word")); return ;;
        run\ --format) COMPREPLY=($(compgen -W 'npy csv json' -- "$word")); return ;;
        run\ --backend) COMPREPLY=($(compgen -W 'cpu ref' -- "$word")); return ;;
        build\ --kind) COMPREPLY=($(compgen -W 'exe shared static object c' -- "$word")); return ;;
        *\ --device) COMPREPLY=($(compgen -W 'cpu cuda' -- "$word")); return ;;
        *\ --cpu) COMPREPLY=($(compgen -W 'host x86-64 x86-64-v3 x86-64-v4' -- "$word")); return ;;
        *\ --data-root|*\ --output-dir|*\ --trace) COMPREPLY=($(compgen -d -- "$word")); return ;;
    esac
    case ${COMP_WORDS[1]} in
        check) options=' --device --json --model --batch --size --steps-per-epoch --tf32 --cpu --help' ;;
        dump) options=' --stage --after --entry --device --format --locations --output --model --batch --size --steps-per-epoch --tf32 --cpu --help' ;;
        train) options=' --output --weights --epochs --steps --seed --checkpoint --resume --data-root --json --trace --verify --quiet --model --batch --size --device --tf32 --threads --cpu --profile --times --help' ;;
        run) options=' --entry --weights --input --output --output-dir --format --raw --backend --model --size --device --tf32 --threads --cpu --profile --times --help' ;;
        build) options=' --output --kind --weights --weights-file --train --epochs --data-root --rows --entry --batch --target --cpu --model --size --times --help' ;;
    esac
    if [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$word"))
    else
        COMPREPLY=($(compgen -f -- "$word"))
    fi
}
complete -o filenames -F _descent descent
