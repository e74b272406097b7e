using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Tests.Experiments;

/// <summary>What the engine simulates, against the closed forms, and what of it must not depend on how it is run.</summary>
public class SimulationTests
{
    [Fact]
    public void Sixteen_rollouts_and_many_groups_follow_the_finite_group_curve_not_the_papers()
    {
        CellSummary last = Assert.Single(ExperimentRun.Summaries(ExperimentRun.Read("""
            {
              "name": "deviation", "seed": 1, "iterations": 30, "replicates": 200,
              "grid": { "pRef": 0.2, "beta": 1, "epsilon": 1e-5, "groupSize": 16, "groups": 4096 }
            }
            """))).Iterations[^1];
        Assert.InRange(last.DeviationFinite!.Value, -1e-3, 1e-3);
        Assert.Equal(-0.027, last.DeviationTheory!.Value, 1e-3);
        Assert.Equal(last.PMean!.Value - last.PTheory!.Value, last.DeviationTheory.Value, 1e-15);
        Assert.Equal(1, last.PMean.Value + last.OneMinusPMean!.Value, 1e-15);
    }

    [Fact]
    public void Rules_without_a_standard_deviation_have_their_closed_form_as_mean()
    {
        // Omega_G does not depend on p there, so the mean of L_n is the closed form exactly, at any G, M and n.
        var summaries = ExperimentRun.Summaries(ExperimentRun.Read("""
            {
              "name": "affine", "seed": 2, "iterations": 8, "replicates": 4000,
              "grid": {
                "pRef": [0.1, 0.5], "beta": [1, 5], "groupSize": [2, 3, 16], "groups": [16, 64],
                "advantage": ["dr-grpo", "rloo"], "anchor": ["reference", "previous", { "mixed": 0.3 }]
              }
            }
            """));
        int compared = 0;
        foreach (CellSummary row in summaries.SelectMany(cell => cell.Iterations.Skip(1)).Where(row => row.SaturatedFraction == 0))
        {
            double standardError = row.LogitSd!.Value / Math.Sqrt(row.Replicates);
            Assert.InRange((row.LogitMean!.Value - row.LogitFinite!.Value) / standardError, -5, 5);
            compared++;
        }

        Assert.InRange(compared, 1000, 1152);
    }

    [Fact]
    public void First_order_fluctuations_are_measured_where_noise_is_small()
    {
        const string Json = """
            {
              "name": "noise", "seed": 3, "iterations": 10, "replicates": 10000,
              "grid": { "pRef": [0.3, 0.5], "beta": [2, 5], "groupSize": [4, 16], "groups": 256 }
            }
            """;
        var plan = Plan.Of(ExperimentRun.Read(Json));
        var summaries = ExperimentRun.Summaries(plan.Experiment);
        int compared = 0;
        foreach ((Cell cell, CellSummary[] iterations) in summaries)
        {
            CellTheory theory = plan.TheoryOf(cell);
            for (int n = 1; n < iterations.Length && Math.Sqrt(theory.LogitVariances[n]) < 0.1; n++)
            {
                // The sample's own error of a standard deviation of 10,000 values is 0.7 %.
                Assert.Equal(1, iterations[n].LogitSd!.Value / Math.Sqrt(theory.LogitVariances[n]), 0.05);
                compared++;
            }
        }

        Assert.True(compared >= 40, $"{compared}");
    }

    [Fact]
    public void Any_split_into_ranges_gives_the_same_bytes()
    {
        CellProblem problem = Problem(replicates: 100, trajectories: true);
        byte[] whole = Bytes(new CellSimulator().Simulate(problem, 0, 100));

        var simulator = new CellSimulator();
        RangeResult split = simulator.Simulate(problem, 0, 1);
        RangeResult tail = simulator.Simulate(problem, 41, 59);
        RangeResult middle = simulator.Simulate(problem, 1, 40);
        split.Append(middle);
        split.Append(tail);
        Assert.Equal(whole, Bytes(split));
        Assert.Throws<ArgumentException>(() => split.Append(middle));

        using var reader = new BinaryReader(new MemoryStream(whole));
        Assert.Equal(whole, Bytes(RangeResult.Read(reader)));
    }

    [Fact]
    public void The_three_samplers_give_the_same_summary_within_their_errors()
    {
        Experiment experiment = ExperimentReader.Read(File.ReadAllBytes(Repository.PathOf("experiments", "group-size.json")));
        Sampler[] samplers = Enum.GetValues<Sampler>();
        var runs = samplers.Select(sampler => ExperimentRun.Summaries(experiment with { Sampler = sampler })).ToArray();
        Assert.Equal(samplers.Length, runs.Select(run => run[0].Cell.Id).Distinct().Count());
        Assert.All(runs, run => Assert.True(ExperimentRun.CertificateOf(run).Passed));

        // Each difference over its standard error: 72 cells, 20 iterations, 3 pairs.
        var differences = new List<double>();
        foreach ((int one, int other) in new[] { (0, 1), (0, 2), (1, 2) })
        {
            foreach (((_, CellSummary[] a), (_, CellSummary[] b)) in runs[one].Zip(runs[other]))
            {
                differences.AddRange(a.Zip(b).Skip(1).Select(pair =>
                    (pair.First.PMean!.Value - pair.Second.PMean!.Value) / Math.Sqrt(Square(pair.First.PSe!.Value) + Square(pair.Second.PSe!.Value))));
            }
        }

        Assert.InRange(differences.Max(Math.Abs), 2, 6);
        Assert.Equal(1, differences.Average(Square), 0.1);

        static double Square(double x) => x * x;
    }

    [Theory]
    [InlineData(Sampler.Rollouts)]
    [InlineData(Sampler.Groups)]
    [InlineData(Sampler.Counts)]
    public void Every_instruction_set_gives_the_same_bytes(Sampler sampler)
    {
        CellProblem problem = Problem(replicates: 50, trajectories: true, sampler: sampler);
        byte[] expected = Bytes(new CellSimulator(InstructionSet.Scalar).Simulate(problem, 0, 50));
        foreach (InstructionSet isa in InstructionSets.Available)
        {
            Assert.Equal(expected, Bytes(new CellSimulator(isa).Simulate(problem, 0, 50)));
        }
    }

    [Theory]
    [InlineData(Sampler.Rollouts)]
    [InlineData(Sampler.Groups)]
    [InlineData(Sampler.Counts)]
    public void The_loops_over_replicates_and_groups_allocate_nothing(Sampler sampler)
    {
        var simulator = new CellSimulator();
        long Allocated(int replicates, CellProblem problem) => Allocation.Of(() => simulator.Simulate(problem, 0, replicates));

        CellProblem few = Problem(replicates: 1000, trajectories: false, sampler: sampler);
        CellProblem many = Problem(replicates: 1000, trajectories: false, groups: 640, sampler: sampler);

        // What a range allocates is its result: two arrays of policies, and the bins that replicates fell into. Ten times the groups
        // add nothing; ten times the replicates add their policies, and at most a bin each at every iteration.
        const int Iterations = 6;
        long hundred = Allocated(100, few);
        Assert.InRange(Allocated(1000, few) - hundred, 0, 900 * (16 + (Iterations * 40)));
        Assert.InRange(Allocated(100, many) - hundred, -20_000, 20_000);
    }

    [Fact]
    public void Certain_outcomes_stay_certain()
    {
        // Mirror descent with a weak KL saturates at once: nothing overflows, nothing is divided by zero.
        var summaries = ExperimentRun.Summaries(ExperimentRun.Read("""
            {
              "name": "edge", "seed": 4, "iterations": 60, "replicates": 500,
              "grid": { "pRef": [1e-9, 0.3, 0.999999], "beta": [0.01, 0.4], "groupSize": [2, 16], "groups": [1, 64], "anchor": ["previous", "reference"] }
            }
            """));
        Assert.Contains(summaries, cell => cell.Iterations[^1].SaturatedFraction == 1);
        foreach (CellSummary row in summaries.SelectMany(cell => cell.Iterations))
        {
            foreach (double? value in new[] { row.PMean, row.PSd, row.LogitMean, row.LogitSd, row.PQ05, row.PQ95, row.PFinite, row.DeviationFinite, row.DegenerateFraction })
            {
                Assert.True(value is null || double.IsFinite(value.Value), $"{row}");
            }

            Assert.False(double.IsNaN(row.StepZ ?? 0));
            Assert.InRange(row.PMean!.Value, 0, 1);
            Assert.True(row.PQ05 <= row.PQ50 && row.PQ50 <= row.PQ95);
        }
    }

    [Fact]
    public void Quantiles_and_moments_are_those_of_the_trajectories()
    {
        CellProblem problem = Problem(replicates: 1000, trajectories: true);
        RangeResult result = new CellSimulator().Simulate(problem, 0, 1000);
        for (int n = 0; n <= problem.Iterations; n++)
        {
            double[] logits = [.. Enumerable.Range(0, 1000).Select(r => result.Trajectories!.Logit[(r * (problem.Iterations + 1)) + n]).Order()];
            var row = CellSummary.Of(problem.Cell, problem.Theory, result.Sums, n);
            double mean = logits.Average();
            double sd = Math.Sqrt(logits.Sum(x => (x - mean) * (x - mean)) / 999);
            Assert.Equal(mean, row.LogitMean!.Value, 1e-12);
            Assert.Equal(sd, row.LogitSd!.Value, 1e-12);
            double binWidth = Math.Max(Math.Sqrt(problem.Theory.LogitVariances[n]) / 32, 1.0 / (1 << 24));
            AssertQuantile(logits[49], row.PQ05!.Value, binWidth);
            AssertQuantile(logits[499], row.PQ50!.Value, binWidth);
            AssertQuantile(logits[949], row.PQ95!.Value, binWidth);
        }

        void AssertQuantile(double exact, double p, double binWidth) =>
            Assert.Equal(exact, GrpoMonteCarlo.Numerics.Elementary.Logit(p), (binWidth / 2) + 1e-9);
    }

    private static CellProblem Problem(int replicates, bool trajectories, int groups = 64, Sampler sampler = Sampler.Rollouts)
    {
        var plan = Plan.Of(ExperimentRun.Read($$"""
            {
              "name": "one", "seed": 5, "iterations": 6, "replicates": {{replicates}},
              "grid": { "pRef": 0.3, "beta": 1, "groupSize": 5, "groups": {{groups}} }, "sampler": "{{ExperimentJson.Name(sampler)}}",
              "record": { "trajectories": {{(trajectories ? "true" : "false")}} }
            }
            """));
        return plan.ProblemOf(plan.Cells[0]);
    }

    private static byte[] Bytes(RangeResult result)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        result.Write(writer);
        return stream.ToArray();
    }
}
