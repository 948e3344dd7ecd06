package io.agentctl.cli.manual;

import picocli.CommandLine.Model.OptionSpec;

/** Whether an option takes a value. */
enum Value {
    /** It is a switch. */
    NONE,
    /** Only behind an equals sign. */
    OPTIONAL,
    /** Behind an equals sign or a blank. */
    REQUIRED;

    static Value of(OptionSpec option) {
        if (option.arity().max() == 0) {
            return NONE;
        }
        return option.arity().min() == 0 ? OPTIONAL : REQUIRED;
    }
}
