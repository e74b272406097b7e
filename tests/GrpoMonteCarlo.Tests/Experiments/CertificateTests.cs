using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Experiments;

/// <summary>The certificate passes for the engine as it is, and fails for an engine that is broken on purpose.</summary>
public class CertificateTests
{
    private const string Saturating = """
        {
          "name": "saturating", "seed": 2503, "iterations": 20, "replicates": 2000,
          "grid": {
            "pRef": [0.1], "beta": [0.2, 0.4], "groupSize": [2, 8, 16], "groups": 64,
            "advantage": ["grpo", "grpo-sample-std", "dr-grpo", "maxrl"],
            "anchor": ["reference", "previous", { "mixed": 0.5 }]
          }
        }
        """;

    private const string Small = """
        {
          "name": "small", "seed": 2503, "iterations": 10, "replicates": 1000,
          "grid": { "pRef": [0.1, 0.3, 0.5], "beta": [1, 2, 5], "groupSize": [4, 16, 64], "groups": 64 }
        }
        """;

    [Fact]
    public void It_passes_on_the_group_size_experiment()
    {
        string file = Repository.PathOf("experiments", "group-size.json");
        Certificate certificate = ExperimentRun.CertificateOf(ExperimentRun.Summaries(ExperimentReader.Read(File.ReadAllBytes(file))));
        Assert.InRange(certificate.Count, 1400, 1440);
        AssertNormal(certificate);
    }

    [Fact]
    public void It_passes_where_replicates_saturate()
    {
        IReadOnlyList<(Cell Cell, CellSummary[] Iterations)> summaries = ExperimentRun.Summaries(ExperimentRun.Read(Saturating));
        Assert.Contains(summaries, cell => cell.Iterations[^1].SaturatedFraction > 0.5);
        Certificate certificate = ExperimentRun.CertificateOf(summaries);
        Assert.InRange(certificate.Count, 500, 1440);
        AssertNormal(certificate);
    }

    [Fact]
    public void It_passes_on_the_small_experiment_that_broken_engines_run() =>
        AssertNormal(ExperimentRun.CertificateOf(ExperimentRun.Summaries(ExperimentRun.Read(Small))));

    [Fact]
    public void It_fails_when_p_is_off_by_one_percent() => AssertFails(() => new OffByOnePercent());

    [Fact]
    public void It_fails_when_one_group_in_a_thousand_is_dropped() => AssertFails(() => new DropsAGroup());

    [Fact]
    public void It_fails_when_phi_is_of_another_rule()
    {
        AdvantageRule wrong = AdvantageRule.Named.Single(rule => rule.Name == "grpo-sample-std");
        Certificate certificate = ExperimentRun.CertificateOf(ExperimentRun.Summaries(
            ExperimentRun.Read(Small),
            update: cell => new TiedUpdate(cell.Estimator, wrong.Scale(cell.GroupSize, cell.Epsilon), cell.Anchor, cell.Beta)));
        Assert.False(certificate.Passed);
    }

    [Fact]
    public void It_judges_by_size_and_by_distribution()
    {
        double[] normal = [.. Enumerable.Range(0, 1000).Select(i => Quantile((i + 0.5) / 1000))];
        Assert.True(new Certificate(normal).Passed);
        Assert.Equal(1, new Certificate(normal).KolmogorovSmirnovP!.Value, 1e-6);
        Assert.False(new Certificate([.. normal, 7.01]).Passed);
        Assert.False(new Certificate([.. normal, -7.01]).Passed);
        Assert.False(new Certificate([.. normal.Select(z => 2 * z)]).Passed);
        Assert.False(new Certificate([.. normal.Select(z => 0.4 * z)]).Passed);
        Assert.False(new Certificate([.. normal.Select(z => z + 0.5)]).Passed);
        Assert.True(new Certificate([.. normal.Take(150)]).Passed); // too few to judge the distribution
        Assert.Null(new Certificate([1, 2]).KolmogorovSmirnovP);
        Assert.True(new Certificate([]).Passed);
        Assert.Null(new Certificate([]).Largest);
    }

    [Fact]
    public void Its_p_value_is_that_of_the_kolmogorov_distribution()
    {
        // Values of Kolmogorov's distribution: 1.3581 and 1.6276 are its 95 and 99 % points. Shifting every quantile by d gives distance d.
        double[] At(double lambda)
        {
            const int Count = 40_000;
            double distance = lambda / (Math.Sqrt(Count) + 0.12 + (0.11 / Math.Sqrt(Count)));
            return [.. Enumerable.Range(0, Count).Select(i => Quantile((i + 0.5) / Count * (1 - distance)))];
        }

        Assert.Equal(0.05, new Certificate(At(1.3581)).KolmogorovSmirnovP!.Value, 3e-3);
        Assert.Equal(0.01, new Certificate(At(1.6276)).KolmogorovSmirnovP!.Value, 1e-3);
    }

    private static double Quantile(double p) => -Math.Sqrt(2) * MathNet.Numerics.SpecialFunctions.ErfcInv(2 * p);

    // Two-sided: neither too far from N(0, 1) nor suspiciously near.
    private static void AssertNormal(Certificate certificate)
    {
        Assert.True(certificate.Passed);
        Assert.InRange(certificate.KolmogorovSmirnovP!.Value, 1e-3, 1 - 1e-3);
        Assert.InRange(certificate.Largest!.Value, 2.5, 5);
    }

    private static void AssertFails(Func<ICountSampler> broken)
    {
        Certificate certificate = ExperimentRun.CertificateOf(ExperimentRun.Summaries(ExperimentRun.Read(Small), broken));
        Assert.False(certificate.Passed);
    }

    private sealed class OffByOnePercent : ICountSampler
    {
        private readonly RolloutsSampler _sampler = new(InstructionSets.Best);

        public void Sample(StreamKey key, StreamAddress address, RareProbability q, int groupSize, long groups, Span<long> histogram) =>
            _sampler.Sample(key, address, RareProbability.Round(q.Value * 0.99), groupSize, groups, histogram);
    }

    private sealed class DropsAGroup : ICountSampler
    {
        private readonly RolloutsSampler _sampler = new(InstructionSets.Best);
        private long _seen;

        public void Sample(StreamKey key, StreamAddress address, RareProbability q, int groupSize, long groups, Span<long> histogram)
        {
            _sampler.Sample(key, address, q, groupSize, groups, histogram);
            if ((_seen += groups) >= 1000)
            {
                _seen -= 1000;
                histogram[histogram.IndexOf(Max(histogram))]--;
            }
        }

        private static long Max(Span<long> values)
        {
            long max = 0;
            foreach (long value in values)
            {
                max = Math.Max(max, value);
            }

            return max;
        }
    }
}
