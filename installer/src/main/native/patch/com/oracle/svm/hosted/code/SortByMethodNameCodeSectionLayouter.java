package com.oracle.svm.hosted.code;

import com.oracle.svm.hosted.meta.HostedMethod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.graal.compiler.code.CompilationResult;

/**
 * Stands in for the builder's class of this name, which lays functions out by name. We put first what is called, by a list that was
 * recorded, so that it is together in few pages: the kernel maps sixteen wherever one is wanted.
 */
public class SortByMethodNameCodeSectionLayouter implements CodeSectionLayouter {
    private final Map<String, Integer> places = new HashMap<>();

    /** Reads the list that the system property {@code agentctl.calls} names, of functions by their symbols. */
    public SortByMethodNameCodeSectionLayouter() {
        try {
            Files.readAllLines(Path.of(System.getProperty("agentctl.calls")))
                    .forEach(name -> places.putIfAbsent(name, places.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<HostedMethod> layout(Map<HostedMethod, CompilationResult> compilations) {
        return compilations.keySet().stream()
                .sorted(Comparator.comparingInt(this::place).thenComparing(method -> method.format("%H.%n(%P):%R")))
                .toList();
    }

    private int place(HostedMethod method) {
        return places.getOrDefault(method.getUniqueShortName(), Integer.MAX_VALUE);
    }
}
