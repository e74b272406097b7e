using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Tests.Experiments;

/// <summary>Simulations of policies over arms: what must not depend on how they are run, and what updates arm by arm do on average.</summary>
public class ArmSimulationTests
{
    // Arms, gradients, noise, populations, dynamic sampling, lag and stages; the second half has to draw every rollout.
    private const string Mixed = """
        {
          "pRef": [0.1, 0.6], "beta": 2, "groupSize": 5, "groups": 40, "arms": { "count": 9, "reference": "zipf" }, "anchor": { "mixed": 0.5 },
          "update": ["tied", "per-arm"], "verifier": [{}, { "falsePositive": 0.1, "falseNegative": 0.05 }],
          "estimator": ["importance", "dynamic-sampling"], "lag": 1, "stageLength": 2
        },
        {
          "pRef": 0.3, "beta": 2, "groupSize": 5, "groups": 40, "arms": { "count": 9, "reference": { "dirichlet": 0.4 } }, "lag": [0, 1],
          "verifier": [{}, { "falsePositive": 0.1 }],
          "update": [
            { "kind": "gradient", "kl": "exact" }, { "kind": "gradient", "kl": "k2", "degenerateKl": "masked" },
            { "kind": "gradient", "kl": "k3", "steps": 3, "clip": 0.2 }
          ]
        },
        {
          "prompts": { "count": 5, "beta": [1, 2] }, "promptsPerUpdate": [5, 2], "beta": 2, "groupSize": 5, "groups": 40,
          "advantage": ["grpo", "grpo-batch-std"], "verifier": [{}, { "falsePositive": 0.1 }]
        },
        {
          "pRef": [0.01, 0.4], "beta": 2, "groupSize": 5, "groups": 40,
          "estimator": ["plug-in", "self-normalized", "drop-degenerate", "dynamic-sampling"]
        }
        """;

    private const string MixedRollouts = """
        {
          "pRef": 0.3, "beta": 2, "groupSize": 5, "groups": 20, "arms": [2, 7], "verifier": [{}, { "falsePositive": 0.1 }],
          "update": { "kind": "gradient", "kl": "k1-in-reward" }
        }
        """;

    [Theory]
    [InlineData(Sampler.Rollouts)]
    [InlineData(Sampler.Groups)]
    [InlineData(Sampler.Counts)]
    public void Every_instruction_set_and_split_gives_the_same_bytes(Sampler sampler)
    {
        const int Replicates = 24;
        string grids = sampler == Sampler.Rollouts ? $"{Mixed}, {MixedRollouts}" : Mixed;
        Plan plan = PlanOf(4, Replicates, grids, ExperimentJson.Name(sampler));
        CellSimulator[] simulators = [.. InstructionSets.Available.Select(isa => new CellSimulator(isa))];
        foreach (Cell cell in plan.Cells)
        {
            CellProblem problem = plan.ProblemOf(cell);
            byte[] expected = Bytes(new CellSimulator(InstructionSet.Scalar).Simulate(problem, 0, Replicates));
            foreach (CellSimulator simulator in simulators)
            {
                // The same simulator again: what it keeps from other cells must not matter.
                Assert.Equal(expected, Bytes(simulator.Simulate(problem, 0, Replicates)));
                RangeResult split = simulator.Simulate(problem, 0, 1);
                split.Append(simulator.Simulate(problem, 1, 16));
                split.Append(simulator.Simulate(problem, 17, Replicates - 17));
                Assert.Equal(expected, Bytes(split));
            }

            using var reader = new BinaryReader(new MemoryStream(expected));
            Assert.Equal(expected, Bytes(RangeResult.Read(reader)));
        }
    }

    [Fact]
    public void The_three_samplers_agree_arm_by_arm()
    {
        var runs = Enum.GetValues<Sampler>().Select(sampler => ExperimentRun.Summaries(PlanOf(4, 300, """
            {
              "pRef": [0.1, 0.3, 0.6], "beta": [2, 5], "groupSize": [2, 6], "groups": 24, "anchor": ["reference", { "mixed": 0.3 }],
              "arms": [{ "count": 6, "reference": "uniform", "success": [1, 2] }, { "count": 20, "reference": "zipf", "success": [0, 5, 9] }],
              "update": "per-arm", "verifier": [{}, { "falsePositive": 0.1, "falseNegative": 0.1 }]
            }
            """, ExperimentJson.Name(sampler)).Experiment)).ToArray();
        Observable[] compared = [new(ObservableKind.Divergence), new(ObservableKind.EffectiveSuccessArms), new(ObservableKind.RenyiCorrection)];
        var differences = new List<double>();
        foreach ((int one, int other) in new[] { (0, 1), (0, 2), (1, 2) })
        {
            foreach (((Cell cell, CellSummary[] a), (_, CellSummary[] b)) in runs[one].Zip(runs[other]))
            {
                differences.Add(Z(new Estimate(a[^1].PMean!.Value, a[^1].PSe), new Estimate(b[^1].PMean!.Value, b[^1].PSe)));
                differences.AddRange(compared
                    .Where(observable => cell.Anchor.Alpha < 1 || observable.Kind != ObservableKind.RenyiCorrection)
                    .Select(observable => Z(a[^1].Observables[observable], b[^1].Observables[observable])));
            }
        }

        Assert.InRange(differences.Max(Math.Abs), 2, 5);
        Assert.Equal(1, differences.Average(z => z * z), 0.2);

        static double Z(Estimate a, Estimate b) =>
            (a.Mean - b.Mean) / Math.Sqrt((a.StandardError!.Value * a.StandardError.Value) + (b.StandardError!.Value * b.StandardError.Value));
    }

    /// <summary>With many groups each arm's tilt is known: an update arm by arm is the tied one, whoever draws the arms.</summary>
    [Theory]
    [InlineData("rollouts", 4000)]
    [InlineData("groups", 20_000)]
    [InlineData("counts", 1_000_000)]
    public void Arm_by_arm_is_tied_with_many_groups(string sampler, long groups)
    {
        foreach ((Cell cell, CellSummary[] rows) in ExperimentRun.Summaries(PlanOf(5, 20, $$"""
            {
              "beta": 3, "groupSize": 5, "groups": {{groups}}, "anchor": ["reference", "previous", { "mixed": 0.4 }], "update": "per-arm",
              "arms": { "reference": [0.2, 0.1, 0.3, 0.15, 0.25], "success": [1, 3] },
              "verifier": [{}, { "falsePositive": 0.15, "falseNegative": 0.05 }], "estimator": ["importance", "drop-degenerate"], "lag": [0, 1]
            }
            """, sampler).Experiment))
        {
            foreach (CellSummary row in rows.Skip(1))
            {
                // The mean of L shifts by about the variance of one arm's tilt, some times that of L.
                double tolerance = (5 * row.PSe!.Value) + (10 * row.LogitSd!.Value * row.LogitSd.Value);
                Assert.True(
                    Math.Abs(row.DeviationFinite!.Value) <= tolerance,
                    $"{cell.CanonicalText} n {row.Iteration}: {row.PMean} +- {row.PSe}, {row.PFinite}");
            }
        }
    }

    [Fact]
    public void The_renyi_correction_is_zero_for_tied_updates_and_not_arm_by_arm()
    {
        var summaries = ExperimentRun.Summaries(PlanOf(6, 100, """
            {
              "pRef": 0.3, "beta": 2, "groupSize": 6, "groups": 64, "anchor": { "mixed": 0.5 }, "update": ["tied", "per-arm"],
              "arms": { "count": 12, "reference": "zipf", "success": [2] }
            }
            """).Experiment);
        foreach ((Cell cell, CellSummary[] rows) in summaries)
        {
            foreach (CellSummary row in rows)
            {
                Estimate correction = row.Observables[new Observable(ObservableKind.RenyiCorrection)];
                if (cell.NeedsArms && row.Iteration > 0)
                {
                    Assert.NotInRange(correction.Mean / correction.StandardError!.Value, -5, 5);
                }
                else
                {
                    Assert.Equal(0, correction.Mean, 1e-13);
                    Assert.Equal(0, correction.StandardError!.Value, 1e-13);
                }
            }
        }
    }

    /// <summary>
    /// theory.md section 3 arm by arm: L_n = alpha L_ref + (1-alpha) L_{n-1} + Delta_R(pi_{n-1}) + Omega_G/beta on average, but for what
    /// the logarithms of the sums over a class add. To first order that is half of the variance within a class of the tilts x, that is
    /// (sum_o w_o Var x_o - Var sum_o w_o x_o) / 2, where the shares w cancel: with S successes it is
    /// (S-1) E[K (1-K/G)^2] / (2 beta^2 M G^2 p^2) for dr-grpo, and likewise for failures with K (1-K/G)^2 and S turned round.
    /// </summary>
    [Theory]
    [InlineData(31, 0.25)]
    [InlineData(1, 0.75)]
    public void The_renyi_correction_completes_the_recurrence(int successes, double pRef)
    {
        const int Arms = 32, G = 8, Groups = 400, Iterations = 2, Replicates = 40_000;
        const double Beta = 1, Alpha = 0.5;
        Plan plan = PlanOf(Iterations, Replicates, $$"""
            {
              "pRef": {{pRef}}, "beta": {{Beta}}, "groupSize": {{G}}, "groups": {{Groups}}, "anchor": { "mixed": {{Alpha}} }, "update": "per-arm",
              "arms": { "count": {{Arms}}, "reference": "uniform", "success": [{{string.Join(", ", Enumerable.Range(0, successes))}}] },
              "advantage": "dr-grpo"
            }
            """, "counts");
        Cell cell = Assert.Single(plan.Cells);
        CellProblem problem = plan.ProblemOf(cell);
        RangeResult result = new CellSimulator().Simulate(problem, 0, Replicates);
        double largest = 0;
        for (int n = 1; n <= Iterations; n++)
        {
            double[] steps = new double[Replicates];
            double roughness = 0;
            for (int r = 0; r < Replicates; r++)
            {
                int row = (r * (Iterations + 1)) + n;
                double before = result.Trajectories!.Logit[row - 1];
                steps[r] = result.Trajectories.Step[row] / Beta;
                double anchor = (Alpha * Math.Log(pRef / (1 - pRef))) + ((1 - Alpha) * before);
                Assert.Equal(result.Trajectories.Logit[row] - anchor, steps[r], 1e-12);
                roughness += Roughness(1 / (1 + Math.Exp(-before))) / Replicates;
            }

            var previous = CellSummary.Of(cell, problem.Theory, result.Sums, n - 1);
            Estimate correction = previous.Observables[new Observable(ObservableKind.RenyiCorrection)];
            double mean = steps.Average();
            double standardError = Math.Sqrt(steps.Sum(step => (step - mean) * (step - mean)) / Replicates / Replicates);
            double expected = correction.Mean + (0.875 / Beta) + roughness;

            // What is left is of second order: the square of a tilt's variance, which is about 0.02.
            Assert.InRange(mean - expected, (-5 * standardError) - 3e-4, (5 * standardError) + 3e-4);
            largest = Math.Max(largest, Math.Abs(correction.Mean) / ((5 * standardError) + 3e-4));
        }

        Assert.InRange(largest, 1.5, 100); // without Delta_R it does not hold

        double Roughness(double p)
        {
            double ofSuccesses = 0;
            double ofFailures = 0;
            for (int k = 0; k <= G; k++)
            {
                double chance = Enumerable.Range(0, k).Aggregate(1.0, (c, i) => c * (G - i) / (i + 1)) * Math.Pow(p, k) * Math.Pow(1 - p, G - k);
                double share = (double)k / G;
                ofSuccesses += chance * k * (1 - share) * (1 - share);
                ofFailures += chance * (G - k) * share * share;
            }

            double difference = ((successes - 1) * ofSuccesses / (p * p)) - ((Arms - successes - 1) * ofFailures / ((1 - p) * (1 - p)));
            return difference / (2 * Beta * Beta * Groups * G * G);
        }
    }

    /// <summary>What is measured of tied policies, whose arms keep the proportions of the reference, follows from p alone.</summary>
    [Fact]
    public void Measures_of_tied_policies_follow_from_p()
    {
        double[] reference = [0.2, 0.1, 0.3, 0.15, 0.25];
        bool[] succeeds = [false, true, false, true, false];
        Plan plan = PlanOf(3, 1, """
            {
              "beta": 1, "groupSize": 5, "groups": 64, "stageLength": [0, 2],
              "arms": { "reference": [0.2, 0.1, 0.3, 0.15, 0.25], "success": [1, 3] }
            }
            """);
        foreach (Cell cell in plan.Cells)
        {
            CellProblem problem = plan.ProblemOf(cell);
            RangeResult result = new CellSimulator().Simulate(problem, 0, 1);
            double pRef = 0.25;
            for (int n = 0; n <= 3; n++)
            {
                var row = CellSummary.Of(cell, problem.Theory, result.Sums, n);
                double p = 1 / (1 + Math.Exp(-result.Trajectories!.Logit[n]));
                double[] policy = Tilted(p);
                pRef = cell.StageLength > 0 && n == 2 ? p : pRef; // the next update's reference
                double[] from = Tilted(pRef);
                AssertMeasured(ObservableKind.Divergence, policy.Zip(from, (x, y) => x * Math.Log(x / y)).Sum());
                AssertMeasured(ObservableKind.Entropy, -policy.Sum(x => x * Math.Log(x)));
                AssertMeasured(ObservableKind.EffectiveSuccessArms, 1 / ((0.4 * 0.4) + (0.6 * 0.6)));
                AssertMeasured(ObservableKind.DistanceToFinite, Math.Abs(p - row.PFinite!.Value));
                AssertMeasured(ObservableKind.DistanceToPopulation, Math.Abs(p - row.PTheory!.Value));

                void AssertMeasured(ObservableKind kind, double expected) =>
                    Assert.Equal(expected, row.Observables[new Observable(kind)].Mean, 1e-12);
            }
        }

        double[] Tilted(double p) => [.. reference.Select((chance, o) => succeeds[o] ? chance / 0.25 * p : chance / 0.75 * (1 - p))];
    }

    private static Plan PlanOf(int iterations, int replicates, string grids, string sampler = "auto") => Plan.Of(ExperimentRun.Read($$"""
        {
          "name": "arms", "seed": 23, "iterations": {{iterations}}, "replicates": {{replicates}}, "sampler": "{{sampler}}", "grid": [{{grids}}],
          "record": { "trajectories": true }
        }
        """));

    private static byte[] Bytes(RangeResult result)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        result.Write(writer);
        return stream.ToArray();
    }
}
