using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Tests.Experiments;

/// <summary>Populations of prompts: how they are drawn, who is in a batch, pass@k, and who is stuck.</summary>
public class PopulationTests
{
    [Theory]
    [InlineData(2, 5)]
    [InlineData(0.3, 0.7)]
    [InlineData(20, 0.5)]
    public void References_have_the_moments_of_the_beta_distribution(double a, double b)
    {
        const int Count = 10_000;
        Plan plan = PlanOf(1, 0, $$"""
            { "prompts": { "count": {{Count}}, "beta": [{{a}}, {{b}}] }, "beta": 1, "groupSize": 4, "groups": 1 }
            """);
        CellTheory theory = plan.TheoryOf(plan.Cells[0]);
        double[] p = [.. theory.References.Select(reference => reference.P)];
        Assert.Equal(Count, p.Length);
        Assert.Equal(p, plan.TheoryOf(plan.Cells[0]).References.Select(reference => reference.P));

        // Moments of Beta(a, b): E p^k is the product of (a+i)/(a+b+i).
        double Moment(int k) => Enumerable.Range(0, k).Aggregate(1.0, (product, i) => product * (a + i) / (a + b + i));
        double mean = Moment(1);
        double variance = Moment(2) - (mean * mean);
        double fourth = Moment(4) - (4 * mean * Moment(3)) + (6 * mean * mean * Moment(2)) - (3 * mean * mean * mean * mean);
        double sampleVariance = p.Sum(x => (x - mean) * (x - mean)) / Count;
        Assert.InRange((p.Average() - mean) / Math.Sqrt(variance / Count), -5, 5);
        Assert.InRange((sampleVariance - variance) / Math.Sqrt((fourth - (variance * variance)) / Count), -5, 5);
        Assert.Equal(mean, plan.Cells[0].PRef, 1e-15);
        Assert.Equal(theory.Starts.Average(start => start.P), theory.FiniteIterates![0].P, 1e-12);
    }

    [Fact]
    public void A_batch_takes_every_prompt_equally_often_and_every_pair()
    {
        const int Prompts = 9, PerUpdate = 4, Replicates = 300, Iterations = 60;
        var batch = new PromptBatch(Prompts, PerUpdate, InstructionSets.Best);
        var taken = new int[Prompts];
        var together = new int[Prompts, Prompts];
        var first = new int[Prompts];
        for (int r = 0; r < Replicates; r++)
        {
            for (int n = 1; n <= Iterations; n++)
            {
                int[] chosen = batch.Choose(new StreamKey(3, 4), r, n).ToArray();
                Assert.Equal(PerUpdate, chosen.Distinct().Count());
                first[chosen[0]]++;
                foreach (int i in chosen)
                {
                    taken[i]++;
                    foreach (int j in chosen)
                    {
                        together[i, j]++;
                    }
                }
            }
        }

        const double Updates = Replicates * Iterations;
        for (int i = 0; i < Prompts; i++)
        {
            AssertCount(taken[i], (double)PerUpdate / Prompts);
            AssertCount(first[i], 1.0 / Prompts);
            for (int j = 0; j < i; j++)
            {
                AssertCount(together[i, j], (double)PerUpdate * (PerUpdate - 1) / (Prompts * (Prompts - 1)));
            }
        }

        static void AssertCount(int count, double chance) =>
            Assert.InRange((count - (Updates * chance)) / Math.Sqrt(Updates * chance * (1 - chance)), -5, 5);
    }

    [Fact]
    public void Random_batches_mix_how_often_a_prompt_was_updated()
    {
        // Of dr-grpo with the mirror anchor L_n is linear in the number of updates; with many groups p_mean is the mixture's mean.
        Plan plan = PlanOf(6, 4000, """
            {
              "prompts": { "pRef": [0.05, 0.2, 0.5, 0.7] }, "promptsPerUpdate": [1, 3], "beta": 3, "groupSize": 8, "groups": 20000,
              "advantage": "dr-grpo", "anchor": "previous"
            }
            """);
        foreach (((Cell cell, CellSummary[] rows), double share) in ExperimentRun.Summaries(plan.Experiment).Zip([0.25, 0.75]))
        {
            Assert.Equal(share, (double)cell.PromptsPerUpdate / cell.Prompts);
            foreach (CellSummary row in rows.Skip(1))
            {
                int n = row.Iteration;
                double expected = cell.Population!.Given!.Average(p => Enumerable.Range(0, n + 1).Sum(updates =>
                    Chance(updates) / (1 + Math.Exp(Math.Log((1 - p) / p) - (updates * 0.875 / 3)))));
                Assert.Equal(expected, row.PFinite!.Value, 1e-12);
                Assert.InRange((row.PMean!.Value - expected) / row.PSe!.Value, -5, 5);
                Assert.Equal(20_000L * 8 * cell.PromptsPerUpdate * 4000, row.Rollouts);

                // Binomial(n, share).
                double Chance(int updates) => Enumerable.Range(0, updates).Aggregate(1.0, (c, i) => c * (n - i) / (i + 1))
                    * Math.Pow(share, updates) * Math.Pow(1 - share, n - updates);
            }
        }
    }

    [Fact]
    public void Pass_at_k_is_the_mean_over_prompts()
    {
        double[] pRef = [1e-5, 0.01, 0.3, 0.9];
        Plan plan = PlanOf(3, 50, """
            { "prompts": { "pRef": [1e-5, 0.01, 0.3, 0.9] }, "beta": 4, "groupSize": 6, "groups": 1000000000, "advantage": "dr-grpo" }
            """);
        (Cell cell, CellSummary[] rows) = Assert.Single(ExperimentRun.Summaries(plan.Experiment));
        CellTheory theory = plan.TheoryOf(cell);
        foreach (CellSummary row in rows)
        {
            // With so many groups replicates are alike: L_n = L_ref + (1-1/G)/beta from the first update on, 1/beta of the population.
            PassAt[] curve = [.. PassAt.CurveOf(cell, theory, row)];
            Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024], curve.Select(point => point.Attempts));
            foreach (PassAt point in curve)
            {
                Assert.Equal(Expected(row.Iteration == 0 ? 0 : 5.0 / 24, point.Attempts), point.Finite!.Value, 1e-12);
                Assert.Equal(Expected(row.Iteration == 0 ? 0 : 1.0 / 4, point.Attempts), point.Theory!.Value, 1e-12);
                Assert.Equal(point.Finite.Value, point.Measured!.Value.Mean, row.Iteration == 0 ? 1e-12 : 1e-3);
                Assert.InRange(Math.Abs(point.Finite.Value - point.Measured.Value.Mean), 0, (5 * point.Measured.Value.StandardError!.Value) + 1e-6);
            }
        }

        double Expected(double moved, int attempts) => pRef.Average(p =>
        {
            double odds = p / (1 - p) * Math.Exp(moved);
            return 1 - Math.Pow(1 / (1 + odds), attempts);
        });
    }

    /// <summary>A prompt is stuck in an update if none of its rollouts succeeded: of M G rollouts with chance (1-p)^(MG).</summary>
    [Theory]
    [InlineData("", 0, 0)]
    [InlineData("\"promptsPerUpdate\": 2,", 0, 0)]
    [InlineData("\"verifier\": { \"falsePositive\": 0.01, \"falseNegative\": 0.2 },", 0.01, 0.2)]
    [InlineData("\"advantage\": \"grpo-batch-std\",", 0, 0)]
    [InlineData("\"estimator\": \"drop-degenerate\",", 0, 0)]
    public void The_stuck_fraction_of_the_first_update_is_known(string members, double falsePositive, double falseNegative)
    {
        double[] pRef = [0.001, 0.02, 0.1, 0.999, 0.9999999];
        CellSummary row = Stuck(members);
        double expected = pRef.Average(p => Math.Pow(1 - falsePositive - ((1 - falsePositive - falseNegative) * p), 12));
        Estimate stuck = row.Observables[new Observable(ObservableKind.StuckFraction)];
        Assert.InRange((stuck.Mean - expected) / stuck.StandardError!.Value, -5, 5);
        Assert.InRange(stuck.StandardError.Value, 1e-4, 0.01);
    }

    /// <summary>Dynamic sampling draws on, up to 10 M groups; groups that all succeeded are rollouts that succeeded, too.</summary>
    [Fact]
    public void Under_dynamic_sampling_all_rollouts_drawn_count_for_being_stuck()
    {
        // A prompt that is stuck has had no informative group, so it was drawn to the end.
        double[] pRef = [0.001, 0.02, 0.1, 0.999, 0.9999999];
        Estimate stuck = Stuck("\"estimator\": \"dynamic-sampling\",").Observables[new Observable(ObservableKind.StuckFraction)];
        double expected = pRef.Average(p => Math.Pow(1 - p, 10 * 12));
        Assert.InRange((stuck.Mean - expected) / stuck.StandardError!.Value, -5, 5);
    }

    private static CellSummary Stuck(string members) => Assert.Single(ExperimentRun.Summaries(ExperimentRun.Read($$"""
        {
          "name": "stuck", "seed": 5, "iterations": 1, "replicates": 5000,
          "grid": {
            "prompts": { "pRef": [0.001, 0.02, 0.1, 0.999, 0.9999999] }, {{members}} "beta": 4, "groupSize": 4, "groups": 3
          }
        }
        """))).Iterations[1];

    private static Plan PlanOf(int iterations, int replicates, string grid) => Plan.Of(ExperimentRun.Read(
        $$"""{ "name": "populations", "seed": 17, "iterations": {{iterations}}, "replicates": {{replicates}}, "grid": {{grid}} }"""));
}
