using GrpoMonteCarlo.Policies;

namespace GrpoMonteCarlo.Tests.Policies;

/// <summary>What is measured of policies over arms, against direct formulas in probabilities.</summary>
public class PolicyMeasuresTests
{
    private static readonly bool[] Succeeds = [true, false, true, false, false, true];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void They_are_their_definitions(int seed)
    {
        double[] pi = Drawn(seed);
        double[] other = Drawn(seed + 100);
        double[] log = Logarithms(pi);
        double[] logOther = Logarithms(other);
        double[] successes = Conditioned(pi, true);
        Assert.Equal(pi.Zip(other, (p, q) => p * Math.Log(p / q)).Sum(), PolicyMeasures.Divergence(pi, log, logOther), 1e-13);
        Assert.Equal(-pi.Sum(p => p * Math.Log(p)), PolicyMeasures.Entropy(pi, log), 1e-13);
        Assert.Equal(1 / successes.Sum(p => p * p), EffectiveSuccessArms(log), 1e-12);
        Assert.Equal(pi.Zip(other, (p, q) => Math.Abs(p - q)).Sum() / 2, PolicyMeasures.TotalVariation(pi, other), 1e-14);
        foreach (double alpha in new[] { 0.1, 0.5, 0.9 })
        {
            double expected = (1 - alpha) * (Renyi(alpha, Conditioned(other, false), Conditioned(pi, false)) - Renyi(alpha, Conditioned(other, true), Conditioned(pi, true)));
            Assert.Equal(expected, PolicyMeasures.RenyiCorrection(alpha, logOther, log, Succeeds), 1e-13);
            Assert.NotInRange(expected, -1e-4, 1e-4);
        }
    }

    [Fact]
    public void They_are_known_where_policies_are_simple()
    {
        double[] uniform = Logarithms([.. Enumerable.Repeat(1 / 6.0, 6)]);
        Assert.Equal(Math.Log(6), PolicyMeasures.Entropy(Probabilities(uniform), uniform), 1e-14);
        Assert.Equal(3, EffectiveSuccessArms(uniform), 1e-14);
        Assert.Equal(0, PolicyMeasures.Divergence(Probabilities(uniform), uniform, uniform));
        Assert.Equal(0, PolicyMeasures.RenyiCorrection(1, uniform, Logarithms(Drawn(1)), Succeeds));
        Assert.Equal(0, PolicyMeasures.RenyiCorrection(0, uniform, Logarithms(Drawn(1)), Succeeds));

        // A policy that has settled on one arm, the others as far down as they go.
        double[] certain = [CategoricalPolicies.SmallestLogProbability, CategoricalPolicies.SmallestLogProbability, 0, -800, -900, -1000];
        Assert.Equal(0, PolicyMeasures.Entropy(Probabilities(certain), certain));
        Assert.Equal(1, EffectiveSuccessArms(certain));
        Assert.Equal(Math.Log(6), PolicyMeasures.Divergence(Probabilities(certain), certain, uniform), 1e-13);
        Assert.Equal(5 / 6.0, PolicyMeasures.TotalVariation(Probabilities(certain), [.. Enumerable.Repeat(1 / 6.0, 6)]), 1e-14);

        // Of policies that sum to 1 but for a rounding, with nothing in common.
        Assert.Equal(1, PolicyMeasures.TotalVariation([0.5000000000000001, 0.5000000000000001, 0, 0], [0, 0, 0.5000000000000001, 0.5000000000000001]));

        // The Renyi correction looks within the classes only: however rare the successes are, it is the same.
        double[] shifted = [.. certain.Select((log, o) => Succeeds[o] ? log - 500 : log)];
        Assert.Equal(
            PolicyMeasures.RenyiCorrection(0.3, uniform, certain, Succeeds), PolicyMeasures.RenyiCorrection(0.3, uniform, shifted, Succeeds), 1e-9);
    }

    [Fact]
    public void Tilting_a_class_leaves_the_renyi_correction_zero()
    {
        double[] reference = Logarithms(Drawn(4));
        double[] tilted = [.. reference.Select((log, o) => Succeeds[o] ? log + 1.7 : log)];
        new RewardClasses(Succeeds).Normalise(tilted, new double[6]);
        Assert.Equal(0, PolicyMeasures.RenyiCorrection(0.4, reference, tilted, Succeeds), 1e-14);
        Assert.Equal(
            EffectiveSuccessArms(reference), EffectiveSuccessArms(tilted), 1e-13);
    }

    private static double EffectiveSuccessArms(double[] logPolicy)
    {
        double[] shares = new double[logPolicy.Length];
        var classes = new RewardClasses(Succeeds);
        classes.Split(logPolicy, shares);
        return classes.EffectiveSuccessArms(shares);
    }

    private static double[] Probabilities(double[] logPolicy) => [.. logPolicy.Select(Math.Exp)];

    private static double Renyi(double alpha, double[] p, double[] q) =>
        Math.Log(p.Zip(q, (x, y) => Math.Pow(x, alpha) * Math.Pow(y, 1 - alpha)).Sum()) / (alpha - 1);

    private static double[] Conditioned(double[] policy, bool success)
    {
        double[] members = [.. policy.Where((_, o) => Succeeds[o] == success)];
        return [.. members.Select(p => p / members.Sum())];
    }

    private static double[] Drawn(int seed)
    {
        var random = new System.Random(seed);
        double[] weights = [.. Succeeds.Select(_ => Math.Exp(3 * random.NextDouble()))];
        return [.. weights.Select(weight => weight / weights.Sum())];
    }

    private static double[] Logarithms(double[] policy) => [.. policy.Select(p => Math.Log(p))];
}
