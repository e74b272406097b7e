using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>The promise: the datasets' bytes depend on the experiment only, not on workers, instruction sets or the C library's code.</summary>
public sealed class BytesTests(MixedRun mixed, VariantsRun variants, CoupledRun coupled) : IDisposable
{
    // Stream v1. They change only with a reason, which the commit message gives; never to make a test pass.
    private const string Golden = """
        cells.parquet 61e0623de003dc322da10875933a6efdf3a21600d2b20303daec20ef13a3761f
        summary.parquet d3208da1b34f5b478574af0d4d8a97c8903242855829dff6b8ea55e4f76280e2
        trajectories.parquet 4fa3516fc1939e0d799f7584722d87740d4032d6514e2a09f3035196ba9a14a0
        """;

    private const string GoldenOfVariants = """
        cells.parquet 04ba7d97b29c634ec3b61c5772d5ad4d6bac34a9fad4f60438b5d0205dc6554c
        pass_at_k.parquet ed47ede27463e21f8d25e8d4f69801b29e5cd9c03097913babb6c58db02bfd14
        summary.parquet 5d0872b689cdcaebe87f33310e06648e25c51ae80a677ea964e4c1f735255e3c
        trajectories.parquet 94087c42682cf8b5ea2f11e67299c6caea75d8f68adae3f201ee7bc92fca535b
        """;

    private const string GoldenOfCoupled = """
        cells.parquet 4dc0436dce8250e43d6a388fad4e202369d3d2b376ea38ee83a741d6e972c601
        differences.parquet fbc4ad5e4161aebb7f916a4a11cd07830ea9781fa0f8cd71f223e900a3f30f4f
        pass_at_k.parquet aebd008e016b97b15cf641e34ef907bfe42aab4d4ab08132a7bee6dfba93573d
        summary.parquet 17aed13625fcf295a1e5503531a86fe698588c5e51fa53a4ba90226c45ab6b27
        """;

    private static readonly string[] Experiments = ["mixed", "variants", "coupled"];

    private readonly Workspace _workspace = new();

    public static MatrixTheoryData<string, int> Workers => new(Experiments, [1, 2, 5]);

    // A variable, its value, and the widest instruction set that it leaves.
    public static MatrixTheoryData<string, (string Variable, string Value, string Widest)> Processors => new(
        Experiments,
        [("DOTNET_EnableAVX512", "0", "avx2"), ("DOTNET_EnableAVX2", "0", "vector128"), ("DOTNET_EnableHWIntrinsic", "0", "scalar")]);

    public static MatrixTheoryData<string, string> InstructionSets => new(
        Experiments,
        [
            "scalar",
            .. Vector128.IsHardwareAccelerated ? ["vector128"] : Array.Empty<string>(),
            .. Avx2.IsSupported ? ["avx2"] : Array.Empty<string>(),
            .. Avx512F.IsSupported ? ["avx512"] : Array.Empty<string>(),
        ]);

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("mixed", Golden)]
    [InlineData("variants", GoldenOfVariants)]
    [InlineData("coupled", GoldenOfCoupled)]
    public void They_are_the_golden_ones(string experiment, string golden) => Assert.Equal(golden.ReplaceLineEndings("\n"), ResultsOf(experiment).Digests);

    [Theory]
    [MemberData(nameof(Workers))]
    public void They_do_not_depend_on_the_number_of_workers(string experiment, int workers)
    {
        Results results = RunAgain(experiment, ["--workers", $"{workers}"]);
        Assert.Equal(workers, (int)results.Manifest["runs"]![0]!["workers"]!);
    }

    [Theory]
    [MemberData(nameof(Processors))]
    public void They_do_not_depend_on_the_processor(string experiment, (string Variable, string Value, string Widest) processor)
    {
        Results results = RunAgain(experiment, [], (processor.Variable, processor.Value), ("GRPOMC_ISA", ""));

        // The variable has to have done something, or the test would show nothing.
        string[] allowed = ["scalar", "vector128", "avx2"];
        Assert.Contains((string)results.Manifest["runs"]![0]!["instructionSet"]!, allowed[..(Array.IndexOf(allowed, processor.Widest) + 1)]);
    }

    [Theory]
    [InlineData("mixed")]
    [InlineData("variants")]
    [InlineData("coupled")]
    public void They_do_not_depend_on_the_code_that_the_C_library_picks(string experiment) =>
        RunAgain(experiment, [], ("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-AVX512F"));

    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void They_do_not_depend_on_the_instruction_set(string experiment, string name)
    {
        Results results = RunAgain(experiment, [], ("GRPOMC_ISA", name));
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

    private Results ResultsOf(string experiment) => experiment switch
    {
        "mixed" => mixed.Results,
        "variants" => variants.Results,
        _ => coupled.Results,
    };

    // In a folder of its own; the datasets have to be those of the run that all tests share.
    private Results RunAgain(string experiment, IEnumerable<string> options, params (string Name, string Value)[] environment)
    {
        string json = experiment switch
        {
            "mixed" => MixedRun.Experiment,
            "variants" => VariantsRun.Experiment,
            _ => CoupledRun.Experiment,
        };
        Results results = _workspace.RunExperiment(json, "out", options, environment);
        Assert.Equal(ResultsOf(experiment).Digests, results.Digests);
        return results;
    }
}
