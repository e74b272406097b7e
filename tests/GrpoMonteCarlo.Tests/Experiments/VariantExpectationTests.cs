using System.Globalization;
using System.Text.Json;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Tests.Reference;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Experiments;

/// <summary>Means over replicates against exact expectations: one step of every estimator, and many steps where they are known.</summary>
public class VariantExpectationTests
{
    /// <summary>
    /// Omega_G of these rules does not depend on p, nor does (1-fp-fn) Omega_G(p~) under noise: the mean of L_n is the closed form exactly,
    /// late and in stages too.
    /// </summary>
    [Fact]
    public void Rules_without_a_standard_deviation_stay_exact_under_noise_lag_and_stages()
    {
        var summaries = ExperimentRun.Summaries(Experiment(iterations: 6, replicates: 1000, """
            {
              "pRef": [0.2, 0.5], "beta": 5, "groupSize": [3, 8], "groups": 32, "advantage": ["dr-grpo", "rloo"],
              "anchor": ["reference", "previous", { "mixed": 0.3 }], "verifier": [{}, { "falsePositive": 0.1, "falseNegative": 0.05 }],
              "lag": [0, 2], "stageLength": [0, 2]
            }
            """));
        int compared = 0;
        var squares = new List<double>();
        foreach (CellSummary row in summaries.SelectMany(cell => cell.Iterations.Skip(1)).Where(row => row.SaturatedFraction == 0))
        {
            double z = (row.LogitMean!.Value - row.LogitFinite!.Value) / (row.LogitSd!.Value / Math.Sqrt(row.Replicates));
            Assert.InRange(z, -5, 5);
            squares.Add(z * z);
            compared++;
        }

        Assert.Equal(192 * 6, compared);
        Assert.InRange(squares.Average(), 0.5, 1.6); // rows of a cell are correlated
    }

    /// <summary>
    /// Other rules have a curved map, so noise shifts the mean by O(1/M) (theory.md section 6): on a double logarithmic scale the deviation
    /// falls with slope -1. Replicates in proportion to M make every deviation equally significant.
    /// </summary>
    [Theory]
    [InlineData("\"grpo\"", 2)]
    [InlineData("\"grpo-sample-std\"", 2)]
    [InlineData("\"maxrl\"", 3)]
    [InlineData("{ \"scale\": [0, 3, 1, 0.5, 1, 0.5, 0] }", 2)]
    public void The_deviation_from_the_mean_field_shrinks_as_one_over_m(string advantage, int iterations)
    {
        long[] groups = [8, 16, 32, 64, 128, 256, 512];
        double[] x = [.. groups.Select(m => Math.Log(m))];
        var y = new double[x.Length];
        var weight = new double[x.Length];
        Parallel.For(0, x.Length, i =>
        {
            CellSummary last = Assert.Single(ExperimentRun.Summaries(Experiment(iterations, replicates: 400 * groups[i], $$"""
                { "pRef": 0.1, "beta": 1, "epsilon": 0.01, "groupSize": 6, "groups": {{groups[i]}}, "advantage": {{advantage}} }
                """, "counts"))).Iterations[^1];
            double relativeError = last.PSe!.Value / Math.Abs(last.DeviationFinite!.Value);
            Assert.InRange(relativeError, 0, 0.3);
            y[i] = Math.Log(Math.Abs(last.DeviationFinite.Value));
            weight[i] = 1 / (relativeError * relativeError);
        });

        double total = weight.Sum();
        double middle = x.Zip(weight, (a, w) => a * w).Sum() / total;
        double spread = x.Zip(weight, (a, w) => w * (a - middle) * (a - middle)).Sum();
        double slope = Enumerable.Range(0, x.Length).Sum(i => weight[i] * (x[i] - middle) * y[i]) / spread;
        Assert.InRange((slope + 1) * Math.Sqrt(spread), -5, 5);
        Assert.InRange(5 / Math.Sqrt(spread), 0, 0.35); // it tells -1 from -1/2 and from -3/2
    }

    /// <summary>
    /// One update by one group. Of importance the mean step is exact, and A its mean field; B is the mean of p_1 with s(K), degenerate
    /// groups included; C the same with 0 for them, which is self-normalized at M = 1.
    /// </summary>
    [Theory]
    [InlineData("importance")]
    [InlineData("plug-in")]
    [InlineData("self-normalized")]
    public void One_group_moves_p_as_in_the_reference_vectors(string estimator)
    {
        JsonElement[] rows = [.. ReferenceVectors.Section("stochastic_one_step")];
        string grids = string.Join(", ", rows.Select(row => $$"""
            {
              "pRef": {{row.GetProperty("p_ref").GetString()}}, "start": {{row.GetProperty("p_old").GetString()}},
              "beta": {{row.GetProperty("beta").GetString()}}, "epsilon": {{row.GetProperty("eps").GetString()}},
              "groupSize": {{row.GetProperty("G").GetInt32()}}, "groups": 1, "estimator": "{{estimator}}"
            }
            """));
        var summaries = ExperimentRun.Summaries(Experiment(iterations: 1, replicates: 100_000, grids, "groups"));
        Assert.Equal(25, rows.Length);
        foreach ((JsonElement row, (_, CellSummary[] iterations)) in rows.Zip(summaries))
        {
            CellSummary last = iterations[^1];
            double expected = row.Number("A_expected_objective_p1");
            if (estimator == "importance")
            {
                Assert.Equal(expected, last.PFinite!.Value, 1e-12);
                double logit = Math.Log(expected / (1 - expected));
                Assert.InRange((last.LogitMean!.Value - logit) / (last.LogitSd!.Value / Math.Sqrt(last.Replicates)), -5, 5);
            }
            else
            {
                expected = row.Number(estimator == "plug-in"
                    ? "B_plugin_Omega(phat)_incl_degenerate_E_p1"
                    : "C_per_group_optimum_degenerate->p_ref_E_p1");
                Assert.InRange((last.PMean!.Value - expected) / last.PSe!.Value, -5, 5);
            }
        }
    }

    /// <summary>Mean log-odds steps of theory.md section 5, each summed over K here.</summary>
    [Fact]
    public void Informative_groups_and_noise_step_as_computed_by_summation()
    {
        const double Beta = 2;
        const double Epsilon = 1e-3;
        var summaries = ExperimentRun.Summaries(Experiment(iterations: 1, replicates: 5000, """
            {
              "pRef": [0.02, 0.3, 0.9], "beta": 2, "epsilon": 1e-3, "groupSize": [2, 7], "groups": [1, 6], "advantage": ["grpo", "maxrl"],
              "estimator": ["importance", "drop-degenerate", "dynamic-sampling"],
              "verifier": [{}, { "falsePositive": 0.1, "falseNegative": 0.05 }, { "falseNegative": 0.2 }]
            }
            """));
        Assert.Equal(216, summaries.Count);
        foreach ((Cell cell, CellSummary[] iterations) in summaries)
        {
            int g = cell.GroupSize;
            double kept = 1 - cell.Verifier.FalsePositive - cell.Verifier.FalseNegative;
            double seen = cell.Verifier.FalsePositive + (kept * cell.PRef);
            double meanPhi = 0;
            for (int k = 1; k < g; k++)
            {
                double v = (double)k * (g - k) / (g * g);
                double scale = cell.Advantage.Name == "grpo" ? 1 / Math.Sqrt(v + Epsilon) : (double)g / k;
                double ways = Enumerable.Range(0, k).Aggregate(1.0, (c, i) => c * (g - i) / (i + 1));
                meanPhi += ways * Math.Pow(seen, k) * Math.Pow(1 - seen, g - k) * v * scale;
            }

            double q = 1 - Math.Pow(seen, g) - Math.Pow(1 - seen, g);
            long drawn = cell.Estimator == Estimator.DynamicSampling ? 10 * cell.Groups : cell.Groups; // at most
            double none = Math.Pow(1 - q, drawn); // the chance that not one is informative
            double factor = cell.Estimator == Estimator.Importance ? 1 : (1 - none) / q;
            double expected = kept * meanPhi / (seen * (1 - seen)) * factor;

            CellSummary last = iterations[^1];
            double step = (last.LogitMean!.Value - Math.Log(cell.PRef / (1 - cell.PRef))) * Beta;
            double standardError = last.LogitSd!.Value * Beta / Math.Sqrt(last.Replicates);

            // Informative groups of 2 are all alike: there the step is exact but for rounding, and for what was too rare to be seen.
            double tolerance = (5 * standardError) + 1e-9 + (none < 1e-4 ? none * expected : 0);
            Assert.True(Math.Abs(step - expected) <= tolerance, $"{cell.CanonicalText}: {step}, expected {expected} +- {standardError}");
            Assert.Equal(SuccessProbability.FromLogit(SuccessProbability.FromP(cell.PRef).Logit + (expected / Beta)).P, last.PFinite!.Value, 1e-12);
        }
    }

    /// <summary>
    /// Where a failure is too rare to be drawn, a noisy verifier's advantages cancel: the step is 0, and no rounding of 1-p divided by p(1-p).
    /// </summary>
    [Theory]
    [InlineData(1e-14)]
    [InlineData(0.99999999999999)]
    public void Noise_moves_nothing_where_all_outcomes_are_alike(double pRef)
    {
        CellSummary last = Assert.Single(ExperimentRun.Summaries(Experiment(iterations: 1, replicates: 50, $$"""
            {
              "pRef": {{pRef}}, "beta": 1, "groupSize": 7, "groups": 999, "anchor": "previous",
              "verifier": { "falsePositive": 0.3, "falseNegative": 0.3 }
            }
            """))).Iterations[^1];
        Assert.Equal(SuccessProbability.FromP(pRef).Logit, last.LogitMean!.Value, 1e-9);
        Assert.InRange(last.LogitSd!.Value, 0, 1e-9);
    }

    private static Experiment Experiment(int iterations, long replicates, string grids, string sampler = "auto") => ExperimentRun.Read(string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        {
          "name": "expectations", "seed": 7, "iterations": {{iterations}}, "replicates": {{replicates}}, "sampler": "{{sampler}}",
          "grid": [{{grids}}]
        }
        """));
}
