package io.agentctl.cli;

import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Takes what stands behind an option's equals sign as it is: picocli would refuse a password that begins with a dash as if it were an
 * option.
 */
final class Verbatim implements IParameterPreprocessor, ITypeConverter<String> {
    /** No argument of a process can hold it. */
    private static final String MARK = "\0";

    /** Called by picocli. */
    Verbatim() {}

    @Override
    @SuppressWarnings("JdkObsolete") // picocli's own choice of collection
    public boolean preprocess(
            Stack<String> arguments, CommandSpec command, ArgSpec option, Map<String, Object> parser) {
        if ("=".equals(parser.get("separator"))) {
            arguments.push(MARK + arguments.pop());
        }
        return false;
    }

    @Override
    public String convert(String value) {
        return value.startsWith(MARK) ? value.substring(MARK.length()) : value;
    }
}
