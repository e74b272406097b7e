using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Tests.Experiments;

/// <summary>Simulated gradient ascent against its mean field, the points where that ends, and the paper's bound.</summary>
public class GradientSimulationTests
{
    // Noise of variance V in L shifts the mean of p by at most this much V: |p''| / 2 is below 0.05, and the drift's own curvature, which
    // shifts the mean of L by |F''| V / (2 |F'|), is of order 1 in the cells here. V falls as 1/M.
    private const double MostCurvature = 3;

    /// <summary>theory.md section 5, Known: p_ref 0.3, beta 5, epsilon 1e-5, groups of 8 and infinitely large ones.</summary>
    [Theory]
    [InlineData("exact", 0.38480, 0.39229)]
    [InlineData("k2", 0.38480, 0.39229)]
    [InlineData("k3-corrected", 0.38480, 0.39229)]
    [InlineData("k3", 0.38978, 0.39789)]
    public void Small_steps_end_where_their_kl_has_its_fixed_point(string kl, double finite, double population)
    {
        Plan plan = PlanOf(150, 100, $$"""
            {
              "pRef": 0.3, "beta": 5, "epsilon": 1e-5, "groupSize": 8, "groups": 4096,
              "update": { "kind": "gradient", "kl": "{{kl}}", "learningRate": 0.1 }
            }
            """);
        CellTheory theory = plan.TheoryOf(plan.Cells[0]);
        Assert.Equal(finite, theory.FiniteLongRun()!.Limit!.Value.P, 5e-6);
        Assert.Equal(population, theory.PopulationLongRun()!.Limit!.Value.P, 5e-6);

        CellSummary last = Simulated(plan)[0][^1];
        Assert.Equal(finite, last.PFinite!.Value, 5e-6);
        Assert.Equal(population, last.PTheory!.Value, 5e-6);
        double tolerance = Tolerance(last);
        Assert.InRange(last.PMean!.Value, finite - 5e-6 - tolerance, finite + 5e-6 + tolerance);
        Assert.InRange(tolerance, 0, 2e-4); // 0.38480 and 0.38978 are told apart
    }

    [Fact]
    public void K1_in_the_loss_drifts_to_certain_success()
    {
        Plan plan = PlanOf(300, 50, """
            {
              "pRef": 0.3, "beta": 5, "epsilon": 1e-5, "groupSize": 8, "groups": 4096,
              "update": { "kind": "gradient", "kl": "k1", "learningRate": 1 }
            }
            """);
        Assert.Equal(1, plan.TheoryOf(plan.Cells[0]).FiniteLongRun()!.Limit!.Value.P);
        CellSummary[] rows = Simulated(plan)[0];
        Assert.InRange(rows[^1].PMean!.Value, 0.995, 1);
        Assert.All(rows.Skip(1).Zip(rows), pair => Assert.True(pair.First.LogitMean > pair.Second.LogitMean));
    }

    /// <summary>The mean field is the same update driven by expected statistics: what is simulated comes to it as 1/M.</summary>
    [Fact]
    public void The_mean_field_is_the_simulation_with_many_groups()
    {
        Plan plan = PlanOf(12, 60, """
            {
              "pRef": [0.2, 0.6], "beta": [0, 2], "groupSize": 4, "groups": [500, 50000],
              "estimator": ["importance", "drop-degenerate", "dynamic-sampling"],
              "update": [
                { "kind": "gradient", "kl": "exact", "learningRate": 0.5 }, { "kind": "gradient", "kl": "k1", "learningRate": 0.5 },
                { "kind": "gradient", "kl": "k2", "learningRate": 0.5 }, { "kind": "gradient", "kl": "k3", "learningRate": 0.5 },
                { "kind": "gradient", "kl": "k3-corrected", "learningRate": 0.5 }
              ]
            },
            {
              "pRef": 0.3, "beta": 2, "groupSize": 4, "groups": [500, 50000], "arms": [2, { "count": 5, "reference": "zipf" }],
              "verifier": [{}, { "falsePositive": 0.1, "falseNegative": 0.2 }], "lag": [0, 2], "stageLength": [0, 5],
              "estimator": ["importance", "drop-degenerate"],
              "update": [
                { "kind": "gradient", "kl": "k1", "degenerateKl": "masked", "learningRate": 0.3 },
                { "kind": "gradient", "kl": "k2", "degenerateKl": "masked", "learningRate": 0.3 },
                { "kind": "gradient", "kl": "k3", "learningRate": 0.3, "steps": 3, "clip": 0.05 },
                { "kind": "gradient", "kl": "k3-corrected", "learningRate": 0.3, "steps": 3, "clip": [0.1, null] }
              ]
            }
            """);
        var differences = new List<double>();
        foreach ((Cell cell, CellSummary[] rows) in plan.Cells.Zip(Simulated(plan)))
        {
            // A clip is a kink in the map, where noise shifts the mean in proportion to its standard deviation.
            bool clipped = double.IsFinite(cell.Update.Gradient!.ClipLow);
            foreach (CellSummary row in rows.Skip(1))
            {
                double kink = clipped ? 0.5 * row.LogitSd!.Value : 0;
                Assert.True(
                    Math.Abs(row.DeviationFinite!.Value) <= Tolerance(row) + kink,
                    $"{cell.CanonicalText} n {row.Iteration}: {row.PMean} +- {row.PSe}, mean field {row.PFinite}");
            }

            if (cell.Groups == 50_000 && !clipped)
            {
                differences.Add(rows[1].DeviationFinite!.Value / rows[1].PSe!.Value);
            }
        }

        Assert.InRange(differences.Average(z => z * z), 0.5, 1.5); // the error bars are the right size, too
    }

    /// <summary>Where the mean field ends is what the closed forms call its limit.</summary>
    [Theory]
    [InlineData("importance")]
    [InlineData("drop-degenerate")]
    [InlineData("dynamic-sampling")]
    public void The_mean_field_ends_at_the_limit(string estimator)
    {
        Plan plan = PlanOf(2000, 0, $$"""
            {
              "pRef": [0.1, 0.3], "beta": [2, 5], "groupSize": [4, 8], "groups": 64, "estimator": "{{estimator}}",
              "update": [
                { "kind": "gradient", "kl": "exact" }, { "kind": "gradient", "kl": "k2" }, { "kind": "gradient", "kl": "k3" },
                { "kind": "gradient", "kl": "k3-corrected" }, { "kind": "gradient", "kl": "k2", "degenerateKl": "masked" },
                { "kind": "gradient", "kl": "k3", "degenerateKl": "masked" }
              ]
            }
            """);
        foreach (Cell cell in plan.Cells)
        {
            CellTheory theory = plan.TheoryOf(cell);
            Assert.True(
                Math.Abs(theory.FiniteIterates![^1].P - theory.FiniteLongRun()!.Limit!.Value.P) < 1e-7,
                $"{cell.CanonicalText}: {theory.FiniteIterates[^1].P} and {theory.FiniteLongRun()!.Limit!.Value.P}");
            Assert.Equal(theory.PopulationLongRun()!.Limit!.Value.P, theory.PopulationIterates![^1].P, 1e-7);
        }
    }

    /// <summary>k1 in the reward: all penalised rewards are equal at pi_ref e^(r/beta), so that the simulation ends there without noise.</summary>
    [Fact]
    public void K1_in_the_reward_ends_at_one_over_beta()
    {
        Plan plan = PlanOf(400, 20, """
            {
              "pRef": 0.3, "beta": 2, "epsilon": 0.1, "groupSize": 6, "groups": 32, "arms": [2, 5], "advantage": ["grpo", "rloo"],
              "update": { "kind": "gradient", "kl": "k1-in-reward", "learningRate": 0.3 }
            }
            """);
        double expected = Math.Log(0.3 / 0.7) + 0.5;
        foreach (CellSummary[] rows in Simulated(plan))
        {
            Assert.Equal(expected, rows[^1].LogitMean!.Value, 1e-3);
            Assert.InRange(rows[^1].LogitSd!.Value, 0, 1e-3);
        }
    }

    /// <summary>
    /// theory.md section 3: delta_n is what update n adds to TV(pi~_n, pi_n), pi_n the paper's exact policy, and the bound holds where
    /// |p~_n - p*| is at most 2 sum delta. With two arms TV is |p~_n - p_n|, so trajectories say it all.
    /// </summary>
    [Fact]
    public void The_bound_is_what_the_trajectories_say()
    {
        const int Replicates = 200;
        Plan plan = PlanOf(30, Replicates, """
            {
              "pRef": [0.2, 0.5], "beta": [1, 4], "groupSize": 8, "groups": [16, 256],
              "update": [{ "kind": "gradient", "kl": "k2" }, { "kind": "gradient", "kl": "k3", "learningRate": 0.5 }]
            }
            """);
        double held = 0;
        int judged = 0;
        foreach (Cell cell in plan.Cells)
        {
            CellProblem problem = plan.ProblemOf(cell);
            RangeResult result = new CellSimulator().Simulate(problem, 0, Replicates);
            double[] exact = [.. Iterates(cell, 2000)];
            double limit = exact[^1];
            double[] added = new double[Replicates];
            for (int n = 0; n <= problem.Iterations; n++)
            {
                double sumOfDelta = 0;
                int within = 0;
                double distances = 0;
                for (int r = 0; r < Replicates; r++)
                {
                    double distance = Distance(r, n);
                    double delta = n == 0 ? 0 : Math.Max(0, distance - Distance(r, n - 1));
                    added[r] += delta;
                    sumOfDelta += delta;
                    distances += distance;
                    within += Math.Abs(P(r, n) - limit) <= 2 * added[r] ? 1 : 0;
                }

                var row = CellSummary.Of(cell, problem.Theory, result.Sums, n);
                Assert.Equal(distances / Replicates, row.Observables[new Observable(ObservableKind.DistanceToPopulation)].Mean, 1e-12);
                Assert.Equal((double)within / Replicates, row.Observables[new Observable(ObservableKind.BoundHeld)].Mean, 1e-12);
                Assert.Equal(n > 0, row.Observables.TryGetValue(new Observable(ObservableKind.DistanceAdded), out Estimate estimate));
                Assert.Equal(sumOfDelta / Replicates, estimate.Mean, 1e-12);
                held += within;
                judged += Replicates;
            }

            double P(int r, int n) => 1 / (1 + Math.Exp(-result.Trajectories!.Logit[(r * (problem.Iterations + 1)) + n]));

            double Distance(int r, int n) => Math.Abs(P(r, n) - exact[n]);
        }

        Assert.InRange(held / judged, 0.05, 0.99); // both outcomes occur
    }

    // p_n of the paper's recurrence from p_ref.
    private static IEnumerable<double> Iterates(Cell cell, int last)
    {
        double p = cell.PRef;
        for (int n = 0; n <= last; n++)
        {
            yield return p;
            double logit = Math.Log(cell.PRef / (1 - cell.PRef)) + (1 / (Math.Sqrt((p * (1 - p)) + cell.Epsilon) * cell.Beta));
            p = 1 / (1 + Math.Exp(-logit));
        }
    }

    private static double Tolerance(CellSummary row) => (5 * row.PSe!.Value) + (MostCurvature * row.LogitSd!.Value * row.LogitSd.Value);

    private static Plan PlanOf(int iterations, int replicates, string grids) => Plan.Of(ExperimentRun.Read($$"""
        {
          "name": "gradients", "seed": 11, "iterations": {{iterations}}, "replicates": {{replicates}}, "grid": [{{grids}}],
          "record": { "trajectories": true }
        }
        """));

    private static CellSummary[][] Simulated(Plan plan) => [.. ExperimentRun.Summaries(plan.Experiment).Select(cell => cell.Iterations)];
}
