using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Theory;

/// <summary>The law of a sum over groups: against all outcomes of few small groups, and against the moments of theory.md section 6.</summary>
public class GroupSumLawTests
{
    private const double Epsilon = 0.01;

    private static readonly double[] Ps = [1e-9, 0.05, 0.3, 0.5, 0.8, 1 - 1e-6];
    private static readonly (double FalsePositive, double FalseNegative)[] Noises = [(0, 0), (0.1, 0.2), (0, 0.3), (0.25, 0)];

    [Theory]
    [InlineData("grpo", 2, 4)]
    [InlineData("grpo", 3, 3)]
    [InlineData("maxrl", 4, 2)]
    [InlineData("grpo-sample-std", 5, 1)]
    public void Few_small_groups_add_up_as_all_their_outcomes_do(string rule, int g, int groups)
    {
        foreach ((Omega omega, GroupTerms _, double[] scale, VerifierNoise noise, bool plugIn) in Terms(rule, g))
        {
            var sum = new GroupSumLaw(GroupTermLaw.Of(omega)!, groups);
            Assert.False(sum.IsSmooth);
            foreach (double p in Ps)
            {
                sum.Compute(SuccessProbability.FromP(p), 0);
                Assert.Equal(0, sum.Still.Mass);
                List<(double Value, double Chance)> one = Outcomes(p, noise, scale, plugIn);
                List<(double Value, double Chance)> expected = [(0, 1)];
                for (int m = 0; m < groups; m++)
                {
                    expected = Merge(expected.SelectMany(_ => one, (a, b) => (a.Value + b.Value, a.Chance * b.Chance)));
                }

                Assert.All(expected, atom => Assert.Contains(sum.Values, value => Math.Abs(value - atom.Value) < 1e-11 * groups * scale.Max()));
                for (int i = 0; i < sum.Count; i++)
                {
                    Assert.True(i == 0 || sum.Values[i] - sum.Values[i - 1] > 1e-9);
                    double chance = expected.Find(atom => Math.Abs(sum.Values[i] - atom.Value) < 1e-11 * groups * scale.Max()).Chance;
                    Assert.Equal(chance, sum.Probabilities[i], 1e-13);
                }
            }
        }
    }

    [Theory]
    [InlineData("grpo", 8, 500)]
    [InlineData("dr-grpo", 16, 200)]
    [InlineData("maxrl", 5, 1000)]
    [InlineData("grpo-sample-std", 32, 64)]
    [InlineData("grpo", 64, 1_000_000)]
    public void Many_groups_have_the_mean_the_variance_and_the_mass_of_theory(string rule, int g, long groups)
    {
        foreach ((Omega omega, GroupTerms terms, double[] _, VerifierNoise noise, bool plugIn) in Terms(rule, g))
        {
            var sum = new GroupSumLaw(GroupTermLaw.Of(omega)!, groups);
            Assert.Equal(!plugIn || rule != "dr-grpo", sum.IsSmooth); // all s(K) are 1 there
            foreach (double p in (double[])[1e-4, .. Ps[1..^1], 1 - 1e-4])
            {
                // As fine as it gets.
                sum.Compute(SuccessProbability.FromP(p), 1e-30);
                GroupMoments moments = terms.MomentsAt(p, 1 - p);
                double sd = Math.Sqrt(groups * moments.VariancePhi);
                double mass = sum.Still.Mass;
                double mean = sum.Still.Mass * sum.Still.Value;
                for (int i = 0; i < sum.Count; i++)
                {
                    mass += sum.Probabilities[i];
                    mean += sum.Probabilities[i] * sum.Values[i];
                }

                mean /= mass;
                double square = sum.Still.Mass * (sum.Still.Value - mean) * (sum.Still.Value - mean);
                double lowest = 0;
                for (int i = 0; i < sum.Count; i++)
                {
                    square += sum.Probabilities[i] * (sum.Values[i] - mean) * (sum.Values[i] - mean);
                    lowest = Math.Min(lowest, sum.Probabilities[i]);
                    Assert.True(i == 0 || sum.Values[i] > sum.Values[i - 1]);
                }

                string at = $"{rule} G {g} M {groups} p {p} {noise} {plugIn}: mass {mass}, mean {mean}, {groups * moments.MeanPhi}, sd {Math.Sqrt(square)}, {sd}";
                // M groups lose M 2^-52, and where hardly any has a signal, rounding is large beside what they add.
                double digits = 1e-6 + (1e-11 / (1 - sum.Still.Mass));
                Assert.True(Math.Abs(mass - 1) < (groups * 1e-13) + 1e-12, at);
                Assert.True(Math.Abs(mean - (groups * moments.MeanPhi)) <= (digits * sd) + (1e-12 * groups * moments.MeanPhi), at);
                Assert.True(Math.Abs(Math.Sqrt(square) - sd) <= digits * sd, at);
            }
        }
    }

    [Fact]
    public void Without_a_signal_all_mass_lies_in_one_place()
    {
        foreach ((Omega omega, GroupTerms _, double[] scale, VerifierNoise noise, bool plugIn) in Terms("grpo", 16))
        {
            var sum = new GroupSumLaw(GroupTermLaw.Of(omega)!, 1000);
            foreach (double logit in (double[])[-2000, -60, 60, 2000])
            {
                sum.Compute(SuccessProbability.FromLogit(logit), 1e-3);
                Assert.Equal((0, plugIn ? 1000 * scale[0] : 0, 1.0), (sum.Count, sum.Still.Value, sum.Still.Mass));
            }
        }
    }

    [Fact]
    public void Only_sums_over_groups_have_a_law()
    {
        Assert.Null(GroupTermLaw.Of(new InformativeOmega(new FiniteGroupOmega([1, 1, 1]), 5)));
        Assert.Null(GroupTermLaw.Of(new NoisyOmega(new PlugInOmega([1, 1, 1]), new VerifierNoise(0.1, 0))));
        var recurrence = new Recurrence(new InformativeOmega(new FiniteGroupOmega([1, 1, 1]), 5), 1, SuccessProbability.FromP(0.5), 1);
        Assert.Throws<ArgumentException>(() => new LogitLaw(recurrence, 5, recurrence.Reference, 1));
        Assert.Throws<ArgumentException>(() => LogitAtoms.Of(recurrence, recurrence.Reference, 1));

        // More values than can be told apart.
        var large = new Recurrence(
            new NoisyOmega(AdvantageRule.Named[0].FiniteGroup(64, Epsilon), new VerifierNoise(0.1, 0.1)), 1, SuccessProbability.FromP(0.5), 1);
        Assert.Throws<ArgumentException>(() => LogitAtoms.Of(large, large.Reference, 1));
        Assert.Equal(0.5, new LogitLaw(large, 1, large.Reference, 1).ProbabilityFrom(0, large.Reference), 0.5);
    }

    private static IEnumerable<(Omega Omega, GroupTerms Terms, double[] Scale, VerifierNoise Noise, bool PlugIn)> Terms(string name, int g)
    {
        AdvantageRule rule = AdvantageRule.Named.Single(rule => rule.Name == name);
        double[] scale = [.. rule.Scale(g, Epsilon)];
        foreach ((double falsePositive, double falseNegative) in Noises)
        {
            var noise = new VerifierNoise(falsePositive, falseNegative);
            Omega omega = new FiniteGroupOmega(scale);
            yield return (noise.IsNone ? omega : new NoisyOmega(omega, noise), new GroupTerms(scale, GroupTerm.Phi, noise), scale, noise, false);
        }

        yield return (new PlugInOmega(scale), new GroupTerms(scale, GroupTerm.Scale), scale, VerifierNoise.None, true);
    }

    // Of every pattern of true successes and of those that the verifier sees.
    private static List<(double Value, double Chance)> Outcomes(double p, VerifierNoise noise, double[] scale, bool plugIn)
    {
        int g = scale.Length - 1;
        var all = new List<(double, double)>();
        for (int truth = 0; truth < 1 << g; truth++)
        {
            for (int seen = 0; seen < 1 << g; seen++)
            {
                int k = int.PopCount(seen);
                double chance = 1;
                double x = 0;
                for (int i = 0; i < g; i++)
                {
                    (bool success, bool passes) = ((truth >> i & 1) == 1, (seen >> i & 1) == 1);
                    double pass = success ? 1 - noise.FalseNegative : noise.FalsePositive;
                    chance *= (success ? p : 1 - p) * (passes ? pass : 1 - pass);
                    x += (passes ? g - k : -k) * (success ? 1 : 0);
                }

                if (chance == 0)
                {
                    continue;
                }

                all.Add((plugIn ? scale[k] : x == 0 ? 0 : x * scale[k] / g / g, chance));
            }
        }

        return Merge(all);
    }

    private static List<(double Value, double Chance)> Merge(IEnumerable<(double Value, double Chance)> atoms) =>
    [
        .. atoms.GroupBy(atom => Math.Round(atom.Value, 9))
            .OrderBy(group => group.Key)
            .Select(group => (group.First().Value, group.Sum(atom => atom.Chance))),
    ];
}
