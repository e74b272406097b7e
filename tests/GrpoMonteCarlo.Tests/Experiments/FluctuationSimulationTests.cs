using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Tests.Experiments;

/// <summary>Fluctuation theory (theory.md section 6) against the engine.</summary>
public class FluctuationSimulationTests
{
    // The theory is for small noise.
    private const double LargestLogitSd = 0.1;

    private const int Replicates = 400_000;
    private const int Iterations = 4;

    public static TheoryData<string, string> Cells => new()
    {
        { "rules", """{ "pRef": 0.3, "beta": 1, "groupSize": 4, "groups": 128, "epsilon": 0.01, "advantage": ["grpo", "grpo-sample-std", "dr-grpo"] }""" },
        { "maxrl", """{ "pRef": 0.1, "beta": 8, "groupSize": 4, "groups": 64, "advantage": "maxrl" }""" },
        { "scale", """{ "pRef": 0.2, "beta": 2, "groupSize": 6, "groups": [32, 256], "advantage": { "scale": [0, 3, 1, 0.5, 1, 0.5, 0] } }""" },
        { "anchors", """{ "pRef": 0.2, "beta": 8, "epsilon": 0.01, "groupSize": [3, 6], "groups": 8, "anchor": ["previous", { "mixed": 0.3 }] }""" },
        { "stages", """{ "pRef": 0.2, "beta": 5, "epsilon": 0.01, "groupSize": 4, "groups": 16, "anchor": ["reference", { "mixed": 0.5 }], "stageLength": [1, 2] }""" },
        { "plug-in", """{ "pRef": 0.6, "beta": 4, "epsilon": 0.1, "groupSize": 4, "groups": 32, "estimator": "plug-in" }""" },
        {
            "estimators",
            """
            { "pRef": 0.1, "beta": 2, "epsilon": 0.01, "groupSize": 6, "groups": 40, "estimator": ["self-normalized", "drop-degenerate", "dynamic-sampling"] },
            { "pRef": 0.7, "beta": 2, "epsilon": 0.01, "groupSize": 5, "groups": 48, "estimator": ["drop-degenerate", "dynamic-sampling"] }
            """
        },
        {
            "noise",
            """
            { "pRef": 0.2, "beta": 4, "epsilon": 0.01, "groupSize": 4, "groups": 64, "verifier": { "falsePositive": 0.1, "falseNegative": 0.05 },
              "estimator": ["importance", "drop-degenerate", "dynamic-sampling"] }
            """
        },
        { "prompts", """{ "prompts": { "pRef": [0.1, 0.2, 0.25] }, "beta": 3, "epsilon": 0.01, "groupSize": 4, "groups": 64 }""" },
    };

    [Fact]
    public void What_remains_at_a_stable_fixed_point_is_as_predicted()
    {
        Experiment experiment = ExperimentRun.Read("""
            {
              "name": "rest", "seed": 25036, "iterations": 25, "replicates": 60000, "sampler": "counts",
              "grid": [
                { "pRef": 0.2, "beta": 5, "groupSize": 16, "groups": 100, "anchor": ["reference", { "mixed": 0.5 }] },
                { "pRef": 0.2, "beta": 4, "groupSize": 6, "groups": 200, "estimator": ["drop-degenerate", "self-normalized"] },
                { "pRef": 0.3, "beta": 2, "groupSize": 8, "groups": 100, "verifier": { "falsePositive": 0.1, "falseNegative": 0.05 } }
              ]
            }
            """);
        var plan = Plan.Of(experiment);
        foreach ((Cell cell, CellSummary[] iterations) in ExperimentRun.Summaries(experiment))
        {
            // 2 % of a standard deviation are 7 standard errors.
            CellTheory theory = plan.TheoryOf(cell);
            double predicted = Math.Sqrt(theory.StationaryLogitVariance(theory.FiniteLongRun())!.Value);
            Assert.InRange(predicted, 0.001, LargestLogitSd);
            Assert.True(Math.Abs((iterations[^1].LogitSd!.Value / predicted) - 1) < 0.02, $"{cell.CanonicalText}: {iterations[^1].LogitSd}, predicted {predicted}");
        }
    }

    [Theory]
    [InlineData("""{ "pRef": 0.2, "beta": 1, "groupSize": 16, "groups": 8, "anchor": "previous" }""")]
    [InlineData("""{ "pRef": 0.2, "beta": 1, "groupSize": 16, "groups": 8, "lag": 1 }""")]
    [InlineData("""{ "pRef": 0.2, "beta": 1, "groupSize": 16, "groups": 8, "stageLength": 2 }""")]
    [InlineData("""{ "pRef": 0.2, "beta": 1, "groupSize": 16, "groups": 8, "update": "per-arm" }""")]
    [InlineData("""{ "pRef": 0.0001, "start": 0.1, "beta": 0.4, "epsilon": 1e-5, "groupSize": 16, "groups": 8 }""")]
    public void Nothing_is_predicted_where_nothing_is_at_rest_or_known(string grid)
    {
        var plan = Plan.Of(ExperimentRun.Read($$"""{ "name": "none", "seed": 1, "iterations": 2, "replicates": 0, "grid": {{grid}} }"""));
        CellTheory theory = plan.TheoryOf(plan.Cells[0]);
        Assert.Null(theory.StationaryLogitVariance(theory.FiniteLongRun()));
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Spread_and_mean_are_as_predicted(string what, string grids)
    {
        var summaries = ExperimentRun.Summaries(ExperimentRun.Read($$"""
            { "name": "{{what}}", "seed": 25036, "iterations": {{Iterations}}, "replicates": {{Replicates}}, "sampler": "counts", "grid": [{{grids}}] }
            """));
        int significant = 0;
        var squares = new List<double>();
        foreach ((Cell cell, CellSummary[] iterations) in summaries)
        {
            CellSummary[] rows = [.. iterations.Skip(1).TakeWhile(row => row.Spread is { LogitSd: <= LargestLogitSd })];
            Assert.NotEmpty(rows);
            foreach (CellSummary row in rows)
            {
                // 2 % are 18 standard errors of the standard deviation.
                PredictedSpread predicted = row.Spread!.Value;
                string where = $"{cell.CanonicalText}, iteration {row.Iteration}";
                Assert.True(Math.Abs((row.PSd!.Value / predicted.PSd) - 1) < 0.02, $"{where}: sd {row.PSd}, predicted {predicted.PSd}");
                Assert.True(Math.Abs((row.LogitSd!.Value / predicted.LogitSd) - 1) < 0.02, $"{where}: sd of the logit {row.LogitSd}, predicted {predicted.LogitSd}");

                double shift = predicted.PMean!.Value - row.PFinite!.Value;
                Assert.Equal(-shift, predicted.OneMinusPMean!.Value - (1 - row.PFinite.Value), 1e-15);
                double error = (row.DeviationFinite!.Value - shift) / row.PSe!.Value;
                double allowed = row == rows[^1] ? 3 : 5;
                Assert.True(
                    Math.Abs(error) < Math.Max(allowed, 0.1 * Math.Abs(shift) / row.PSe.Value), $"{where}: shift {row.DeviationFinite}, predicted {shift}, {error} s.e. apart");
                squares.Add(error * error);
                significant += Math.Abs(shift) > 3 * row.PSe.Value ? 1 : 0;
            }
        }

        // The test can tell these shifts from none; rows of a cell are correlated.
        Assert.InRange(significant, 3, squares.Count);
        Assert.InRange(squares.Average(), 0.1, 3);
    }

    /// <summary>What is no theory of this kind has no numbers: late rollouts, arms estimated one by one, gradients, batch-wide scales, parts of a batch.</summary>
    [Theory]
    [InlineData("""{ "pRef": 0.3, "beta": 2, "groupSize": 4, "groups": 8, "lag": 1 }""")]
    [InlineData("""{ "pRef": 0.3, "beta": 2, "groupSize": 4, "groups": 8, "update": "per-arm" }""")]
    [InlineData("""{ "pRef": 0.3, "beta": 2, "groupSize": 4, "groups": 8, "update": { "kind": "gradient", "steps": 1, "learningRate": 0.1 } }""")]
    [InlineData("""{ "pRef": 0.3, "beta": 2, "groupSize": 4, "groups": 8, "advantage": "grpo-batch-std" }""")]
    [InlineData("""{ "prompts": { "pRef": [0.1, 0.3] }, "promptsPerUpdate": 1, "beta": 2, "groupSize": 4, "groups": 8 }""")]
    [InlineData("""{ "pRef": 0.3, "beta": 2, "groupSize": 4, "groups": 20000, "estimator": "self-normalized" }""")]
    public void Elsewhere_there_is_none(string grid) => Assert.All(
        Assert.Single(ClosedForms(grid)).Iterations, row => Assert.Null(row.Spread));

    [Fact]
    public void It_begins_without_noise_and_ends_where_the_policy_saturates()
    {
        CellSummary[] rows = Assert.Single(ClosedForms("""{ "pRef": 0.3, "beta": 0.1, "groupSize": 4, "groups": 8, "anchor": "previous" }""")).Iterations;
        Assert.Equal(0, rows[0].Spread!.Value.PSd);
        Assert.Equal(rows[0].PFinite, rows[0].Spread!.Value.PMean);
        Assert.All(rows, row => Assert.Equal(Math.Abs(row.LogitFinite!.Value) <= 36, row.Spread is not null));
        Assert.Null(rows[^1].Spread);
    }

    [Fact]
    public void A_shift_out_of_the_unit_interval_is_no_mean()
    {
        // One group an update is far from small noise.
        var rows = ClosedForms("""{ "pRef": 0.02, "beta": 0.5, "groupSize": 8, "groups": 1, "anchor": "previous" }""").SelectMany(cell => cell.Iterations).ToList();
        Assert.Contains(rows, row => row.Spread is { PMean: null, OneMinusPMean: null, PSd: > 0 });
        Assert.All(rows.Where(row => row.Spread?.PMean is not null), row => Assert.InRange(row.Spread!.Value.PMean!.Value, 0, 1));
    }

    private static IReadOnlyList<(Cell Cell, CellSummary[] Iterations)> ClosedForms(string grid)
    {
        Experiment experiment = ExperimentRun.Read($$"""{ "name": "closed-forms", "seed": 1, "iterations": 20, "replicates": 0, "grid": {{grid}} }""");
        var plan = Plan.Of(experiment);
        return [.. plan.Cells.Select(cell => (cell, (CellSummary[])[.. Enumerable.Range(0, 21).Select(n => CellSummary.Of(cell, plan.TheoryOf(cell), null, n))]))];
    }
}
