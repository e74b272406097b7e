using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>The promise: the datasets' bytes depend on the experiment only, not on workers, instruction sets or the C library's code.</summary>
public sealed class BytesTests(MixedRun mixed) : IDisposable
{
    // Stream v1. They change only with a reason, which the commit message gives; never to make a test pass.
    private const string Golden = """
        cells.parquet 944708d82c6287d3373fdc045eec24e812d514237cdf5eea0f0c05446d145747
        summary.parquet 49030d2892d1dc87cbf7e1aa84c6c7027ce779dc335613214840ce1b0f0678a6
        trajectories.parquet 4fa3516fc1939e0d799f7584722d87740d4032d6514e2a09f3035196ba9a14a0
        """;

    private readonly Workspace _workspace = new();

    public static TheoryData<string> InstructionSets =>
    [
        "scalar",
        .. Vector128.IsHardwareAccelerated ? ["vector128"] : Array.Empty<string>(),
        .. Avx2.IsSupported ? ["avx2"] : Array.Empty<string>(),
        .. Avx512F.IsSupported ? ["avx512"] : Array.Empty<string>(),
    ];

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void They_are_the_golden_ones() => Assert.Equal(Golden.ReplaceLineEndings("\n"), mixed.Results.Digests);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void They_do_not_depend_on_the_number_of_workers(int workers)
    {
        Results results = _workspace.RunExperiment(MixedRun.Experiment, "out", ["--workers", $"{workers}"]);
        Assert.Equal(mixed.Results.Digests, results.Digests);
        Assert.Equal(workers, (int)results.Manifest["runs"]![0]!["workers"]!);
    }

    [Theory]
    [InlineData("DOTNET_EnableAVX512", "0", "avx2")]
    [InlineData("DOTNET_EnableAVX2", "0", "vector128")]
    [InlineData("DOTNET_EnableHWIntrinsic", "0", "scalar")]
    public void They_do_not_depend_on_the_processor(string variable, string value, string widest)
    {
        Results results = _workspace.RunExperiment(MixedRun.Experiment, "out", [], (variable, value), ("GRPOMC_ISA", ""));
        Assert.Equal(mixed.Results.Digests, results.Digests);

        // The variable has to have done something, or the test would show nothing.
        string[] allowed = ["scalar", "vector128", "avx2"];
        Assert.Contains((string)results.Manifest["runs"]![0]!["instructionSet"]!, allowed[..(Array.IndexOf(allowed, widest) + 1)]);
    }

    [Fact]
    public void They_do_not_depend_on_the_code_that_the_C_library_picks()
    {
        Results results = _workspace.RunExperiment(
            MixedRun.Experiment, "out", [], ("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-AVX512F"));
        Assert.Equal(mixed.Results.Digests, results.Digests);
    }

    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void They_do_not_depend_on_the_instruction_set(string name)
    {
        Results results = _workspace.RunExperiment(MixedRun.Experiment, "out", [], ("GRPOMC_ISA", name));
        Assert.Equal(mixed.Results.Digests, results.Digests);
        Assert.Equal(name, (string)results.Manifest["runs"]![0]!["instructionSet"]!);
    }

    [Fact]
    public void They_do_not_depend_on_the_folder_or_on_white_space_comments_and_the_order_of_members()
    {
        string reordered = MixedRun.Experiment
            .Replace("\"name\": \"mixed\", \"seed\": 20250306,", "/* a comment */ \"seed\": 20250306.0, \"name\":\t\"mixed\",", StringComparison.Ordinal)
            .Replace("\"beta\": 0.7, \"groupSize\": [2, 3, 16, 100], \"groups\": 40,", "\"groups\": 4e1, \"groupSize\": [2, 3, 16, 100], \"beta\": [0.70],", StringComparison.Ordinal);
        Assert.NotEqual(MixedRun.Experiment.Length, reordered.Length);
        Assert.Equal(mixed.Results.Digests, _workspace.RunExperiment(reordered, "elsewhere/and deeper").Digests);
    }

    [Fact]
    public void They_depend_on_the_seed()
    {
        Results results = _workspace.RunExperiment(MixedRun.Experiment.Replace("20250306", "20250307", StringComparison.Ordinal), "out");
        Assert.DoesNotContain(results.Digests.Split('\n'), mixed.Results.Digests.Split('\n').Contains);
    }
}
