using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Tests.Experiments;

/// <summary>Coupled cells draw the same random numbers, and their paired differences are what they are said to be.</summary>
public class CouplingTests
{
    private static readonly StreamKey Key = StreamKey.Derive(1, 2503, "coupling-tests");

    [Fact]
    public void A_cell_is_compared_with_the_first_that_differs_in_one_parameter_alone()
    {
        var plan = Plan.Of(Coupled("""
            [
              { "pRef": [0.1, 0.2], "beta": 1, "groupSize": [8, 16], "groups": 64 },
              { "pRef": 0.2, "beta": 1, "groupSize": 16, "groups": 64, "advantage": "rloo", "estimator": ["importance", "plug-in"] },
              { "pRef": 0.2, "beta": 2, "groupSize": 8, "groups": [64, 100000] }
            ]
            """));
        Assert.Equal(
            [
                "", // 0.1, 8
                "groupSize 0", // 0.1, 16
                "pRef 0", // 0.2, 8
                "groupSize 2, pRef 1", // 0.2, 16
                "advantage 3", // 0.2, 16, rloo
                "estimator 4", // 0.2, 16, rloo, plug-in
                "beta 2", // 0.2, 8, beta 2
                "groups 6", // the same with other groups, and so with another sampler
            ],
            plan.Cells.Select(cell => string.Join(
                ", ",
                cell.Comparisons.Select(comparison => $"{comparison.Parameter} {plan.Cells.ToList().IndexOf(comparison.Baseline)}").Order())));
        Assert.Equal(["groups", "counts"], plan.Cells.TakeLast(2).Select(cell => ExperimentJson.Name(cell.Sampler)));
    }

    [Fact]
    public void Coupling_is_part_of_a_cells_identity_and_its_name_is_the_tag_of_their_streams()
    {
        Experiment experiment = Coupled("""{ "pRef": [0.1, 0.2], "beta": 1, "groupSize": 8, "groups": 64 }""");
        var plan = Plan.Of(experiment);
        Assert.Equal("""{"beta":1,"coupling":"common","groupSize":8,"groups":64,"pRef":0.1,"sampler":"groups"}""", plan.Cells[0].CanonicalText);
        Assert.All(plan.Cells, cell => Assert.Equal(StreamKey.Derive(1, 5, "common"), Plan.StreamOf(cell, experiment)));
        Cell uncoupled = Plan.Of(experiment with { Coupling = Coupling.None }).Cells[0];
        Assert.DoesNotContain("coupling", uncoupled.CanonicalText, StringComparison.Ordinal);
        Assert.Empty(uncoupled.Comparisons);
    }

    [Theory]
    [InlineData("rollouts")]
    [InlineData("groups")]
    [InlineData("counts")]
    public void Two_names_of_one_law_draw_the_same_trajectories(string sampler)
    {
        List<CellDifference> differences = DifferencesOf($$"""
            { "pRef": 0.2, "beta": 1, "groupSize": 4, "groups": 50, "advantage": ["dr-grpo", { "scale": [1, 1, 1, 1, 1] }] }
            """, sampler);
        Assert.Equal(9, differences.Count);
        Assert.All(differences, difference =>
        {
            Assert.Equal(new Estimate(0, 0), difference.P);
            Assert.Equal(new Estimate(0, 0), difference.Logit);
            Assert.Null(difference.VarianceRatio);
        });
    }

    [Fact]
    public void Differences_and_their_errors_are_those_of_the_trajectories()
    {
        Experiment experiment = Coupled("""{ "pRef": 0.3, "beta": 1, "groupSize": 4, "groups": [10, 30], "advantage": ["grpo", "rloo"] }""") with { RecordTrajectories = true };
        var plan = Plan.Of(experiment);
        RangeResult[] results = [.. plan.Cells.Select(cell => Simulate(plan, cell))];
        Cell last = plan.Cells[3];
        Assert.Equal(2, last.Comparisons.Count);
        for (int n = 0; n <= experiment.Iterations; n++)
        {
            CellDifference[] differences = [.. At(plan, last, results[3].Sums, n)];
            foreach ((Comparison comparison, CellDifference difference) in last.Comparisons.Zip(differences))
            {
                RangeResult baseline = results[plan.Cells.ToList().IndexOf(comparison.Baseline)];
                double[] p = [.. P(results[3], n)];
                double[] other = [.. P(baseline, n)];
                double[] between = [.. p.Zip(other, (a, b) => a - b)];
                Assert.Equal(between.Average(), difference.P!.Value.Mean, 1e-15);
                Assert.Equal(Math.Sqrt(Variance(between) / p.Length), difference.P!.Value.StandardError!.Value, 1e-12);
                double[] logits = [.. Logits(results[3], n).Zip(Logits(baseline, n), (a, b) => a - b)];
                Assert.Equal(logits.Average(), difference.Logit!.Value.Mean, 1e-12);
                Assert.Equal(Math.Sqrt(Variance(logits) / p.Length), difference.Logit!.Value.StandardError!.Value, 1e-12);
                if (n == 0)
                {
                    Assert.Null(difference.VarianceRatio);
                }
                else
                {
                    Assert.Equal(1, difference.VarianceRatio!.Value / ((Variance(p) + Variance(other)) / Variance(between)), 1e-9);
                }

                CellTheory theory = plan.TheoryOf(last);
                CellTheory ofBaseline = plan.TheoryOf(comparison.Baseline);
                Assert.Equal(theory.FiniteIterates![n].P - ofBaseline.FiniteIterates![n].P, difference.Finite!.Value, 1e-15);
                Assert.Equal(theory.PopulationIterates![n].P - ofBaseline.PopulationIterates![n].P, difference.Theory!.Value, 1e-15);
            }
        }
    }

    // Each would be 1 without common random numbers. The first two cells stay on either side of 1/2, where the rarer outcome is another one: for a
    // rule that tells success from failure it matters which outcome a number stands for.
    [Theory]
    [InlineData("""{ "pRef": [0.39, 0.41], "beta": 5, "groupSize": 8, "groups": 64, "advantage": "maxrl" }""", 3)]
    [InlineData("""{ "pRef": 0.1, "beta": [2, 2.2], "groupSize": 64, "groups": 64 }""", 50)]
    [InlineData("""{ "pRef": 0.1, "beta": 2, "groupSize": 8, "groups": 4096, "advantage": ["grpo", "grpo-sample-std"] }""", 10)]
    [InlineData("""{ "prompts": { "pRef": [0.1, 0.4, 0.6] }, "beta": [2, 2.2], "groupSize": 8, "groups": 16 }""", 10)]
    public void Common_random_numbers_make_differences_precise(string grid, double least)
    {
        List<CellDifference> differences = DifferencesOf(grid, "auto");
        Assert.All(differences.Where(difference => difference.Iteration > 0), difference => Assert.InRange(difference.VarianceRatio!.Value, least, 1e6));
    }

    [Fact]
    public void Coupled_cells_have_the_law_of_uncoupled_ones()
    {
        const string Grid = """{ "pRef": [0.3, 0.6], "beta": [0.7, 1.2], "groupSize": [3, 8], "groups": 40, "verifier": [{}, { "falsePositive": 0.1, "falseNegative": 0.05 }] }""";
        Experiment coupled = Coupled(Grid) with { Replicates = 2000 };
        List<(Cell Cell, CellSummary[] Iterations)> summaries = Summaries(coupled);
        Assert.True(ExperimentRun.CertificateOf(summaries).Largest < 5);
        foreach (((Cell _, CellSummary[] with), (Cell _, CellSummary[] without)) in summaries.Zip(Summaries(coupled with { Coupling = Coupling.None })))
        {
            foreach ((CellSummary a, CellSummary b) in with.Zip(without).Skip(1))
            {
                Assert.NotEqual(a.PMean, b.PMean);
                Assert.InRange((a.PMean - b.PMean)!.Value / Math.Sqrt((a.PSe * a.PSe + b.PSe * b.PSe)!.Value), -5, 5);
            }
        }
    }

    [Theory]
    [InlineData(Sampler.Rollouts)]
    [InlineData(Sampler.Groups)]
    public void At_the_upper_end_the_rarer_outcome_takes_the_other_half(Sampler sampler)
    {
        // At q = 1/2 each rollout, or each group whose first digit decides, has the outcome it would not have had.
        ICountSampler drawn = CellSimulator.Create(sampler, InstructionSets.Best);
        RareProbability half = RareProbability.Round(0.5);
        foreach ((int groupSize, int groups) in new[] { (2, 7), (8, 64), (16, 200) })
        {
            long[] lower = new long[groupSize + 1];
            long[] upper = new long[groupSize + 1];
            drawn.Sample(Key, default, half, groupSize, groups, lower);
            drawn.Sample(Key, default, half with { IsAtUpperEnd = true }, groupSize, groups, upper);
            Assert.Equal(lower.Reverse(), upper);
        }
    }

    private static Experiment Coupled(string grid) => ExperimentRun.Read($$"""
        { "name": "coupled", "seed": 5, "iterations": 8, "replicates": 400, "coupling": "common", "grid": {{grid}} }
        """);

    private static RangeResult Simulate(Plan plan, Cell cell) =>
        new CellSimulator(InstructionSets.Best).Simulate(plan.ProblemOf(cell), 0, (int)plan.Experiment.Replicates);

    private static IEnumerable<CellDifference> At(Plan plan, Cell cell, RangeSums sums, int n)
    {
        CellTheory theory = plan.TheoryOf(cell);
        CellTheory[] baselines = [.. cell.Comparisons.Select(comparison => plan.TheoryOf(comparison.Baseline))];
        return CellDifference.Of(cell, CellSummary.Of(cell, theory, sums, n), theory, baselines);
    }

    // Of the plan's second cell and its first.
    private static List<CellDifference> DifferencesOf(string grid, string sampler)
    {
        Experiment experiment = ExperimentRun.Read($$"""
            { "name": "coupled", "seed": 5, "iterations": 8, "replicates": 400, "coupling": "common", "sampler": "{{sampler}}", "grid": {{grid}} }
            """);
        var plan = Plan.Of(experiment);
        RangeSums sums = Simulate(plan, plan.Cells[1]).Sums;
        return [.. Enumerable.Range(0, experiment.Iterations + 1).Select(n => Assert.Single(At(plan, plan.Cells[1], sums, n)))];
    }

    private static List<(Cell Cell, CellSummary[] Iterations)> Summaries(Experiment experiment)
    {
        var plan = Plan.Of(experiment);
        return [.. plan.Cells.Select(cell =>
        {
            RangeSums sums = Simulate(plan, cell).Sums;
            return (cell, (CellSummary[])[.. Enumerable.Range(0, experiment.Iterations + 1).Select(n => CellSummary.Of(cell, plan.TheoryOf(cell), sums, n))]);
        })];
    }

    private static IEnumerable<double> Logits(RangeResult result, int n) => Enumerable.Range(0, (int)result.Sums.Replicates)
        .Select(r => result.Trajectories!.Logit[(r * (result.Sums.Iterations + 1)) + n]);

    private static IEnumerable<double> P(RangeResult result, int n) => Logits(result, n).Select(logit => 1 / (1 + Math.Exp(-logit)));

    private static double Variance(double[] values) => values.Sum(x => Math.Pow(x - values.Average(), 2)) / (values.Length - 1);
}
