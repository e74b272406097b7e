using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Tests.Experiments;

/// <summary>The certificate (theory.md section 6) passes for every variant of the engine, and fails for variants broken on purpose.</summary>
public class VariantCertificateTests
{
    private const string Anchors = """["reference", "previous", { "mixed": 0.4 }]""";

    private const string Rules = """["grpo", "grpo-sample-std", "dr-grpo", "rloo", "maxrl", { "scale": [0, 3, 1, 2, 0.5, 2, 1, 3, 0] }]""";

    private const string EveryKl = """
        { "kind": "gradient", "kl": "exact" }, { "kind": "gradient", "kl": "k1" }, { "kind": "gradient", "kl": "k2" },
        { "kind": "gradient", "kl": "k3" }, { "kind": "gradient", "kl": "k3-corrected" }
        """;

    private const string Noisy = """
        {
          "pRef": [0.1, 0.2], "beta": 10, "groupSize": [4, 8], "groups": 2000, "verifier": { "falsePositive": 0.1, "falseNegative": 0.05 },
          "advantage": "maxrl", "update": VARIANT
        }
        """;

    private const string Dynamic = """
        { "pRef": [0.1, 0.3], "beta": [1, 2, 5], "groupSize": [5, 8, 16], "groups": 64, "estimator": "dynamic-sampling" }
        """;

    public static TheoryData<string, string> Variants() => new()
    {
        {
            "estimators, rules, anchors",
            $$"""
            {
              "pRef": [0.15, 0.4], "beta": 3, "epsilon": 0.01, "groupSize": 8, "groups": 48, "advantage": {{Rules}}, "anchor": {{Anchors}},
              "estimator": ["importance", "plug-in", "self-normalized", "drop-degenerate", "dynamic-sampling"]
            }
            """
        },
        {
            // Given that they are informative, all groups of 2, and of 3 under grpo, add the same: there is nothing to certify.
            "small groups under dynamic sampling",
            $$"""
            {
              "pRef": [0.05, 0.3, 0.6], "beta": [1, 4], "groupSize": [2, 3, 4], "groups": 48, "advantage": ["grpo", "maxrl"],
              "anchor": {{Anchors}}, "estimator": "dynamic-sampling"
            }
            """
        },
        {
            "noisy verifiers",
            $$"""
            {
              "pRef": [0.1, 0.5], "beta": 2, "groupSize": 6, "groups": 48, "advantage": ["grpo", "maxrl"], "anchor": {{Anchors}},
              "estimator": ["importance", "drop-degenerate", "dynamic-sampling"],
              "verifier": [{ "falsePositive": 0.1, "falseNegative": 0.05 }, { "falsePositive": 0.2 }, { "falseNegative": 0.3 }]
            }
            """
        },
        {
            "lag and stages",
            $$"""
            {
              "pRef": [0.2, 0.5], "beta": 3, "groupSize": 5, "groups": 48, "advantage": ["grpo", "rloo"], "anchor": {{Anchors}},
              "lag": [0, 1, 3], "stageLength": [0, 2, 3]
            }
            """
        },
        {
            "populations",
            $$"""
            {
              "prompts": [{ "count": 7, "beta": [2, 2] }, { "pRef": [0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9] }], "promptsPerUpdate": [7, 3],
              "beta": 3, "groupSize": 4, "groups": 12, "advantage": ["grpo", "grpo-batch-std"], "anchor": {{Anchors}},
              "verifier": [{}, { "falsePositive": 0.1, "falseNegative": 0.1 }], "lag": [0, 1]
            }
            """
        },
        {
            "populations under other estimators",
            """
            {
              "prompts": { "count": 6, "beta": [2, 3] }, "promptsPerUpdate": [6, 2], "beta": [2, 6], "epsilon": 0.01, "groupSize": [4, 7],
              "groups": 16, "estimator": ["plug-in", "self-normalized", "drop-degenerate", "dynamic-sampling"], "stageLength": [0, 2]
            }
            """
        },
        {
            "arms",
            $$"""
            {
              "pRef": 0.3, "beta": 3, "groupSize": 6, "groups": 48, "anchor": {{Anchors}}, "update": ["tied", "per-arm"],
              "arms": [
                12, { "count": 12, "reference": "zipf" }, { "count": 12, "reference": { "zipf": 2 } },
                { "count": 12, "reference": { "dirichlet": 0.3 } }, { "count": 12, "reference": "uniform", "success": [0, 3] }
              ],
              "estimator": ["importance", "drop-degenerate", "dynamic-sampling"]
            }
            """
        },
        {
            "arms under a noisy verifier, late and in stages",
            $$"""
            {
              "arms": { "reference": [0.1, 0.2, 0.3, 0.25, 0.15], "success": [1, 4] }, "beta": [2, 5], "groupSize": 6, "groups": 48,
              "anchor": {{Anchors}}, "update": "per-arm", "verifier": [{}, { "falsePositive": 0.15, "falseNegative": 0.1 }],
              "lag": [0, 2], "stageLength": [0, 2]
            }
            """
        },
        {
            "gradients",
            $$"""
            {
              "pRef": [0.2, 0.6], "beta": [0, 2], "groupSize": 6, "groups": 48,
              "estimator": ["importance", "drop-degenerate", "dynamic-sampling"], "update": [{{EveryKl}}]
            }
            """
        },
        {
            "gradients, masked, clipped, noisy, late",
            """
            {
              "pRef": 0.3, "beta": 2, "groupSize": 6, "groups": 48, "arms": [6, { "count": 10, "reference": "zipf" }],
              "verifier": [{}, { "falsePositive": 0.1, "falseNegative": 0.1 }], "lag": [0, 1], "stageLength": [0, 3],
              "update": [
                { "kind": "gradient", "kl": "k1", "degenerateKl": "masked", "learningRate": 0.5 },
                { "kind": "gradient", "kl": "k2", "degenerateKl": "masked", "steps": 3, "clip": 0.1 },
                { "kind": "gradient", "kl": "k3", "steps": 4, "clip": [0.2, 0.28] },
                { "kind": "gradient", "kl": "k3-corrected", "steps": 2, "learningRate": 1, "clip": [null, 0.1] }
              ]
            }
            """
        },
        {
            "k1 in the reward",
            """
            {
              "pRef": [0.2, 0.5], "beta": [0.5, 2], "groupSize": [4, 9], "groups": 24, "arms": [2, 8], "epsilon": 0.01,
              "advantage": ["grpo", "grpo-sample-std", "dr-grpo", "rloo"], "verifier": [{}, { "falsePositive": 0.1, "falseNegative": 0.1 }],
              "update": { "kind": "gradient", "kl": "k1-in-reward" }
            }
            """
        },
        {
            "libraries",
            """
            { "preset": "trl", "pRef": [0.1, 0.3, 0.6], "groups": [32, 64] },
            { "preset": "verl", "pRef": [0.1, 0.3, 0.6], "groupSize": 5, "groups": [32, 64] },
            { "preset": "openrlhf", "pRef": [0.1, 0.3, 0.6], "groupSize": 4, "groups": [32, 64] },
            { "preset": "dapo", "pRef": [0.1, 0.3, 0.6], "groups": [32, 64] },
            { "preset": "dr-grpo", "pRef": [0.1, 0.3, 0.6], "groups": [32, 64] }
            """
        },
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public void It_passes_for(string variant, string grids)
    {
        var summaries = ExperimentRun.Summaries(Experiment(grids, iterations: variant == "libraries" ? 12 : 6));
        double[] z = [.. summaries.SelectMany(cell => cell.Iterations).Select(row => row.StepZ).OfType<double>()];
        var certificate = new Certificate(z);
        Assert.True(certificate.Passed);
        Assert.InRange(certificate.Count, 200, 10_000);
        Assert.InRange(certificate.KolmogorovSmirnovP!.Value, 1e-4, 1 - 1e-4);
        Assert.InRange(certificate.Largest!.Value, 2, 5);
        Assert.InRange((z.Average(x => x * x) - 1) / Math.Sqrt(2.0 / z.Length), -5, 5);
    }

    /// <summary>The cell that is sampled has other false positives than the cell that is certified.</summary>
    [Theory]
    [InlineData("\"tied\"")]
    [InlineData("\"per-arm\"")]
    [InlineData("""{ "kind": "gradient", "kl": "k2" }""")]
    public void It_fails_when_false_positives_are_off_by_ten_percent(string update)
    {
        string grid = Noisy.Replace("VARIANT", update, StringComparison.Ordinal);
        Assert.True(CertificateOf(grid, grid).Passed);
        Assert.False(CertificateOf(grid, grid.Replace("0.1, \"falseNegative\"", "0.11, \"falseNegative\"", StringComparison.Ordinal)).Passed);
    }

    /// <summary>Successes and failures of groups change places, and nothing else does.</summary>
    [Theory]
    [InlineData("\"tied\"")]
    [InlineData("\"per-arm\"")]
    [InlineData("""{ "kind": "gradient" }""")]
    public void It_fails_when_the_rows_are_swapped(string update)
    {
        string grid = $$"""{ "pRef": [0.2, 0.4], "beta": 2, "groupSize": [4, 8], "groups": 64, "advantage": "maxrl", "update": {{update}} }""";
        Assert.True(CertificateOf(grid, grid).Passed);
        Assert.False(CertificateOf(grid, grid, () => new SwapsRows()).Passed);
    }

    /// <summary>Under dynamic sampling only what is informative is certified: one group in five moved from K to K+1 there is enough.</summary>
    [Fact]
    public void It_fails_when_informative_groups_are_shifted()
    {
        Assert.True(CertificateOf(Dynamic, Dynamic).Passed);
        Assert.False(CertificateOf(Dynamic, Dynamic, () => new ShiftsInformative()).Passed);
    }

    /// <summary>A certificate for cells where what is sampled is of one grid and the closed forms of another.</summary>
    private static Certificate CertificateOf(string grids, string sampledGrids, Func<ICountSampler>? sampler = null)
    {
        Plan plan = Plan.Of(Experiment(grids));
        Plan sampled = Plan.Of(Experiment(sampledGrids));
        var summaries = new (Cell, CellSummary[])[plan.Cells.Count];
        Parallel.For(0, plan.Cells.Count, i =>
        {
            CellTheory theory = plan.TheoryOf(plan.Cells[i]);
            var problem = new CellProblem(sampled.Cells[i], theory, plan.Experiment);
            CellSimulator simulator = sampler is null ? new() : new(InstructionSets.Best, _ => sampler());
            RangeSums sums = simulator.Simulate(problem, 0, (int)plan.Experiment.Replicates).Sums;
            CellSummary[] rows = [.. Enumerable.Range(0, sums.Iterations + 1).Select(n => CellSummary.Of(plan.Cells[i], theory, sums, n))];
            summaries[i] = (plan.Cells[i], rows);
        });
        return ExperimentRun.CertificateOf(summaries);
    }

    private static Experiment Experiment(string grids, int iterations = 6) => ExperimentRun.Read(
        $$"""{ "name": "variants", "seed": 2503, "iterations": {{iterations}}, "replicates": 250, "grid": [{{grids}}] }""");

    private sealed class SwapsRows : ICountSampler
    {
        private readonly GroupsSampler _sampler = new(InstructionSets.Best);

        public void Sample(StreamKey key, StreamAddress address, RareProbability q, int groupSize, long groups, Span<long> histogram)
        {
            _sampler.Sample(key, address, q, groupSize, groups, histogram);
            histogram.Reverse();
        }
    }

    private sealed class ShiftsInformative : ICountSampler
    {
        private readonly GroupsSampler _sampler = new(InstructionSets.Best);

        public void Sample(StreamKey key, StreamAddress address, RareProbability q, int groupSize, long groups, Span<long> histogram)
        {
            _sampler.Sample(key, address, q, groupSize, groups, histogram);
            long moved = histogram[1] / 5;
            histogram[1] -= moved;
            histogram[2] += moved;
        }
    }
}
