using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Theory;

public class GroupTermsTests
{
    private const double Epsilon = 1e-5;

    private static readonly (double FalsePositive, double FalseNegative)[] Noises = [(0, 0), (0.1, 0.2), (0, 0.3), (0.25, 0), (0.5, 0.45)];

    [Theory]
    [InlineData("grpo")]
    [InlineData("maxrl")]
    public void Moments_are_those_of_all_outcomes_of_three_rollouts(string ruleName)
    {
        const int G = 3;
        IReadOnlyList<double> scale = Rule(ruleName).Scale(G, Epsilon);
        foreach (GroupTerm term in Enum.GetValues<GroupTerm>())
        {
            foreach ((double falsePositive, double falseNegative) in Noises.Take(term == GroupTerm.Scale ? 1 : Noises.Length))
            {
                var terms = new GroupTerms(scale, term, new VerifierNoise(falsePositive, falseNegative));
                foreach (double p in new[] { 0.05, 0.3, 0.5, 0.9 })
                {
                    double chance = 0;
                    double mean = 0;
                    double square = 0;
                    double informative = 0;

                    // Bit i of truth: rollout i succeeded; of seen: the verifier says so.
                    for (int truth = 0; truth < 1 << G; truth++)
                    {
                        for (int seen = 0; seen < 1 << G; seen++)
                        {
                            int k = int.PopCount(seen);
                            double weight = 1;
                            double x = 0;
                            for (int i = 0; i < G; i++)
                            {
                                bool success = (truth >> i & 1) == 1;
                                bool passes = (seen >> i & 1) == 1;
                                double pass = success ? 1 - falseNegative : falsePositive;
                                weight *= (success ? p : 1 - p) * (passes ? pass : 1 - pass);
                                double advantage = (passes ? 1 - ((double)k / G) : -(double)k / G) * scale[k];
                                x += advantage * ((success ? 1 : 0) - p) / G;
                            }

                            bool counted = term != GroupTerm.InformativePhi || (k > 0 && k < G);
                            x = term == GroupTerm.Scale ? scale[k] : x;
                            chance += counted ? weight : 0;
                            mean += counted ? weight * x : 0;
                            square += counted ? weight * x * x : 0;
                            informative += k > 0 && k < G ? weight : 0;
                        }
                    }

                    GroupMoments moments = terms.MomentsAt(p, 1 - p);
                    double variance = (square / chance) - (mean / chance * (mean / chance));
                    Assert.Equal(mean / chance, moments.MeanPhi, 1e-12 * Math.Abs(mean / chance));
                    Assert.Equal(variance, moments.VariancePhi, 1e-12 * square / chance);
                    Assert.Equal(informative, moments.Informative, 1e-13);
                }
            }
        }
    }

    [Theory]
    [InlineData("grpo", 2)]
    [InlineData("grpo-sample-std", 16)]
    [InlineData("maxrl", 64)]
    public void Moments_are_those_of_the_definition(string ruleName, int g)
    {
        double[] scale = [.. Rule(ruleName).Scale(g, Epsilon)];
        foreach (GroupTerm term in Enum.GetValues<GroupTerm>())
        {
            foreach ((double falsePositive, double falseNegative) in Noises.Take(term == GroupTerm.Scale ? 1 : Noises.Length))
            {
                foreach (double p in new[] { 0.02, 0.3, 0.8 })
                {
                    double seen = falsePositive + ((1 - falsePositive - falseNegative) * p);
                    double a = p * (1 - falseNegative) / seen;
                    double b = p * falseNegative / (1 - seen);
                    double[] chances = Binomial(g, seen);
                    double[] means = new double[g + 1]; // E[X|K]
                    double[] variances = new double[g + 1]; // Var[X|K]
                    for (int count = 0; count <= g; count++)
                    {
                        double k = (double)count / g;
                        double s = k is 0 or 1 && term != GroupTerm.Scale ? 0 : scale[count];
                        means[count] = term == GroupTerm.Scale ? s : k * (1 - k) * s * (a - b);
                        variances[count] = s * s * k * (1 - k) / g * (((1 - k) * a * (1 - a)) + (k * b * (1 - b)));
                    }

                    double informative = 1 - chances[0] - chances[g];
                    if (term == GroupTerm.InformativePhi)
                    {
                        chances = [0, .. chances[1..g].Select(c => c / informative), 0];
                    }

                    double mean = Enumerable.Range(0, g + 1).Sum(k => chances[k] * means[k]);
                    double variance = Enumerable.Range(0, g + 1)
                        .Sum(k => chances[k] * ((term == GroupTerm.Scale ? 0 : variances[k]) + ((means[k] - mean) * (means[k] - mean))));
                    GroupMoments moments = new GroupTerms(scale, term, new VerifierNoise(falsePositive, falseNegative)).MomentsAt(p, 1 - p);
                    Assert.Equal(mean, moments.MeanPhi, 1e-12 * mean);
                    Assert.Equal(variance, moments.VariancePhi, 1e-11 * (variance + (g == 2 ? mean * mean : 0)));
                    Assert.Equal(informative, moments.Informative, 1e-13);
                }
            }
        }
    }

    [Fact]
    public void Without_noise_phi_has_the_bits_it_had()
    {
        FiniteGroupOmega omega = Rule("grpo").FiniteGroup(16, Epsilon);
        var terms = new GroupTerms(Rule("grpo").Scale(16, Epsilon), GroupTerm.Phi);
        foreach (double p in new[] { 0, 1e-300, 1e-12, 0.2, 0.5, 0.77, 1 })
        {
            Assert.Equal(omega.MomentsAt(p, 1 - p), terms.MomentsAt(p, 1 - p));
        }
    }

    /// <summary>The step's mean is the Omega of its estimator: E X / (p(1-p)), theory.md section 5.</summary>
    [Fact]
    public void Means_are_the_omegas()
    {
        FiniteGroupOmega omega = Rule("grpo").FiniteGroup(8, Epsilon);
        IReadOnlyList<double> scale = Rule("grpo").Scale(8, Epsilon);
        foreach (double logit in new[] { -20.0, -3, 0, 1, 20 })
        {
            var p = SuccessProbability.FromLogit(logit);
            Assert.Equal(1, new PlugInOmega(scale).At(p) / Mean(GroupTerm.Scale, 0, 0), 1e-13);

            // 10^13 attempts find an informative group as good as surely, even here.
            double resampled = new InformativeOmega(omega, 1e13).At(p) * p.Variance;
            Assert.Equal(1, resampled / Mean(GroupTerm.InformativePhi, 0, 0), 1e-12);
            Assert.Equal(1, new NoisyOmega(omega, new VerifierNoise(0.1, 0.2)).At(p) * p.Variance / Mean(GroupTerm.Phi, 0.1, 0.2), 1e-12);
            var noisy = new NoisyOmega(new InformativeOmega(omega, 1e13), new VerifierNoise(0.1, 0.2));
            Assert.Equal(1, noisy.At(p) * p.Variance / Mean(GroupTerm.InformativePhi, 0.1, 0.2), 1e-12);

            double Mean(GroupTerm term, double fp, double fn) => new GroupTerms(scale, term, new VerifierNoise(fp, fn)).MomentsAt(p.P, p.OneMinusP).MeanPhi;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-40)]
    [InlineData(1e-12)]
    public void Edges_keep_their_digits(double p)
    {
        const int G = 8;
        double[] scale = [.. Rule("grpo").Scale(G, 1e-12)];
        foreach (bool low in new[] { true, false })
        {
            // Plug-in: one rollout of the rarer outcome with chance G p, all else beyond; s(K) is symmetric.
            GroupMoments plugIn = At(GroupTerm.Scale, 0, 0, low);
            Assert.Equal(scale[0], plugIn.MeanPhi, 1e-10 * scale[0]);
            double jump = scale[1] - scale[0];
            Assert.Equal(G * p * jump * jump, plugIn.VariancePhi, 1e-10 * G * p * jump * jump);

            // Given an informative group: K = 1, or 2 with chance (G-1) p / 2.
            double phi(int k) => (double)k * (G - k) / (G * G) * scale[k];
            GroupMoments informative = At(GroupTerm.InformativePhi, 0, 0, low);
            Assert.Equal(phi(1), informative.MeanPhi, 1e-10);
            Assert.Equal((G - 1) * p / 2 * (phi(2) - phi(1)) * (phi(2) - phi(1)), informative.VariancePhi, 1e-10 * p);

            // A verifier that only misses successes sees none at p = 0, where a-b = 1.
            double missed = At(GroupTerm.InformativePhi, low ? 0 : 0.25, low ? 0.25 : 0, low).MeanPhi;
            Assert.Equal(phi(1), missed, 1e-9);
        }

        GroupMoments At(GroupTerm term, double fp, double fn, bool low) =>
            new GroupTerms(scale, term, new VerifierNoise(fp, fn)).MomentsAt(low ? p : 1 - p, low ? 1 - p : p);
    }

    [Fact]
    public void What_has_no_moments_is_refused()
    {
        IReadOnlyList<double> scale = Rule("grpo").Scale(8, 0);
        Assert.Throws<ArgumentException>(() => new GroupTerms(scale, GroupTerm.Scale));
        Assert.Throws<ArgumentException>(() => new GroupTerms(Rule("dr-grpo").Scale(8, 0), GroupTerm.Scale, new VerifierNoise(0.1, 0)));
    }

    private static AdvantageRule Rule(string name) => AdvantageRule.Named.Single(r => r.Name == name);

    private static double[] Binomial(int n, double p)
    {
        var chances = new double[n + 1];
        chances[0] = Math.Pow(1 - p, n);
        for (int k = 1; k <= n; k++)
        {
            chances[k] = chances[k - 1] * (n - k + 1) / k * p / (1 - p);
        }

        return chances;
    }
}
