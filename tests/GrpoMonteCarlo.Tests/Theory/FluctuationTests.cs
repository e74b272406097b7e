using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Theory;

/// <summary>What fluctuation theory is made of, against definitions: curvatures, variances of the step, stages, and the limit of large groups.</summary>
public class FluctuationTests
{
    private const double Epsilon = 1e-3;

    private static readonly VerifierNoise Noise = new(0.1, 0.05);

    public static TheoryData<string> Omegas => [.. AllOmegas().Select(omega => omega.Name)];

    [Theory]
    [MemberData(nameof(Omegas))]
    public void The_second_derivative_is_that_of_the_first(string name)
    {
        Omega omega = AllOmegas().Single(each => each.Name == name).Omega;
        foreach (double logit in new[] { -30, -12, -4.5, -1, -0.2, 0, 0.7, 3, 9, 28 })
        {
            // Of fourth order in h; rounding leaves about ten digits.
            const double H = 1.0 / 512;
            double Slope(double by) => omega.LogitDerivativeAt(SuccessProbability.FromLogit(logit + by));
            double expected = ((8 * (Slope(H) - Slope(-H))) - (Slope(2 * H) - Slope(-2 * H))) / (12 * H);
            var p = SuccessProbability.FromLogit(logit);
            double found = omega.SecondLogitDerivativeAt(p);
            double size = Math.Max(Math.Abs(found), Math.Abs(omega.LogitDerivativeAt(p)));
            Assert.Equal(expected, found, (1e-7 * size) + (1e-11 * omega.At(p)));
        }
    }

    [Theory]
    [InlineData("grpo", 2, 1)]
    [InlineData("grpo", 2, 4)]
    [InlineData("grpo", 3, 3)]
    [InlineData("maxrl", 4, 3)]
    [InlineData("grpo", 6, 4)]
    public void The_variance_of_a_step_is_that_over_all_outcomes_of_all_groups(string ruleName, int groupSize, int groups)
    {
        IReadOnlyList<double> scale = Rule(ruleName).Scale(groupSize, Epsilon);
        var finite = new FiniteGroupOmega(scale);
        var all = new GroupTerms(scale, GroupTerm.Phi);
        var informative = new GroupTerms(scale, GroupTerm.InformativePhi);
        var plugIn = new GroupTerms(scale, GroupTerm.Scale);
        var selfNormalized = new SelfNormalizedOmega(scale, groups);
        foreach (double value in new[] { 0.03, 0.3, 0.5, 0.95 })
        {
            var p = SuccessProbability.FromP(value);
            double v = value * (1 - value);
            double[] chance = [.. Enumerable.Range(0, groupSize + 1).Select(k => Binomial(groupSize, k, value))];
            double Over(Func<int[], double> step)
            {
                double mean = 0;
                double square = 0;
                foreach (int[] counts in Outcomes(groupSize, groups))
                {
                    double weight = counts.Aggregate(1.0, (product, k) => product * chance[k]);
                    mean += weight * step(counts);
                    square += weight * step(counts) * step(counts);
                }

                return square - (mean * mean);
            }

            double Sum(int[] counts) => counts.Sum(k => finite.Phi[k]);
            AssertClose(Over(counts => Sum(counts) / (groups * v)), finite.StepVarianceAt(p, groups));
            AssertClose(Over(counts => Sum(counts) / (groups * v)), StepVariance.OfImportance(all, groups, p));
            AssertClose(Over(counts => counts.Average(k => scale[k])), StepVariance.OfPlugIn(plugIn, groups, p));
            AssertClose(
                Over(counts =>
                {
                    double pooled = counts.Sum() / (double)(groups * groupSize);
                    return pooled is 0 or 1 ? 0 : Sum(counts) / (groups * pooled * (1 - pooled));
                }),
                selfNormalized.StepVarianceAt(p));
            AssertClose(
                Over(counts =>
                {
                    int inMean = counts.Count(k => k > 0 && k < groupSize);
                    return inMean == 0 ? 0 : Sum(counts) / (inMean * v);
                }),
                StepVariance.OfInformativeMean(informative, groups, groups, p));

            // At most so many draws; after two informative ones, no more.
            AssertClose(
                Over(counts =>
                {
                    int[] taken = [.. counts.Where(k => k > 0 && k < groupSize).Take(2)];
                    return taken.Length == 0 ? 0 : Sum(taken) / (taken.Length * v);
                }),
                StepVariance.OfInformativeMean(informative, 2, groups, p));
        }
    }

    [Theory]
    [InlineData(64, 64, 0.02)]
    [InlineData(64, 640, 0.1)]
    [InlineData(1000, 10_000, 0.1)]
    [InlineData(1000, 10_000, 0.9)]
    [InlineData(5, 5, 1)]
    public void The_mean_reciprocal_of_the_number_of_informative_groups_is_the_sum(int wanted, int attempts, double q)
    {
        double expected = Enumerable.Range(1, attempts).Sum(n => Binomial(attempts, n, q) / Math.Min(n, wanted));
        Assert.Equal(1, StepVariance.MeanReciprocal(wanted, attempts, q) / expected, 1e-10);
    }

    [Theory]
    [InlineData(1e7, 1e7, 0.2, 1e-9)]
    [InlineData(1e6, 1e7, 0.3, 1e-12)]
    [InlineData(1e6, 1e7, 0.1, 5e-4)]
    public void Of_very_many_groups_it_is_near_enough(double wanted, double attempts, double q, double tolerance)
    {
        // Over N within 12 standard deviations of the mean, by the normal law's density corrected for its skewness.
        double mean = attempts * q;
        double sd = Math.Sqrt(mean * (1 - q));
        double skewness = (1 - (2 * q)) / sd;
        double total = 0;
        double sum = 0;
        for (double n = Math.Floor(mean - (12 * sd)); n <= mean + (12 * sd); n++)
        {
            double z = (n - mean) / sd;
            double weight = Math.Exp(-z * z / 2) * (1 + (skewness / 6 * ((z * z * z) - (3 * z))));
            total += weight;
            sum += weight / Math.Min(n, wanted);
        }

        Assert.Equal(1, StepVariance.MeanReciprocal(wanted, attempts, q) / (sum / total), tolerance);
    }

    /// <summary>
    /// L_n is a sum of independent noises to first order: its variance is that of each times the square of what it moves L_n, found here by
    /// moving the recurrence.
    /// </summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 2)]
    [InlineData(0.4, 3)]
    [InlineData(0, 3)]
    public void Variances_add_up_what_each_step_moves_through_all_stages(double alpha, int stageLength)
    {
        const int Iterations = 7;
        FiniteGroupOmega omega = Rule("grpo").FiniteGroup(8, Epsilon);
        var reference = SuccessProbability.FromP(0.2);
        var start = SuccessProbability.FromP(0.1);
        var recurrence = new Recurrence(omega, alpha, reference, 2);
        double StepVarianceAt(SuccessProbability p) => omega.StepVarianceAt(p, 50);
        SuccessProbability[] iterates = recurrence.Iterate(start, Iterations, lag: 0, stageLength);
        Fluctuation?[] found = Fluctuations.Propagate(recurrence, StepVarianceAt, iterates, stageLength);
        Assert.Equal(0, found[0]!.Value.LogitVariance);
        for (int n = 1; n <= Iterations; n++)
        {
            double variance = 0;
            for (int step = 1; step <= n; step++)
            {
                const double Push = 1e-5;
                double moved = (Pushed(step, Push)[n] - Pushed(step, -Push)[n]) / (2 * Push);
                variance += moved * moved * StepVarianceAt(iterates[step - 1]) / 4;
            }

            Assert.Equal(1, found[n]!.Value.LogitVariance / variance, 1e-8);
            Assert.Equal(iterates[n], found[n]!.Value.MeanField);
        }

        // The recurrence with one of its steps off by so much.
        double[] Pushed(int step, double by)
        {
            var logits = new double[Iterations + 1];
            logits[0] = start.Logit;
            double anchor = reference.Logit;
            for (int n = 1; n <= Iterations; n++)
            {
                logits[n] = (alpha * anchor) + ((1 - alpha) * logits[n - 1]) + (omega.At(SuccessProbability.FromLogit(logits[n - 1])) / 2) + (n == step ? by : 0);
                anchor = stageLength > 0 && n % stageLength == 0 ? logits[n] : anchor;
            }

            return logits;
        }
    }

    [Fact]
    public void Without_stages_the_variance_is_the_one_that_bins_are_laid_by()
    {
        var recurrence = new Recurrence(Rule("grpo").FiniteGroup(8, Epsilon), 0.7, SuccessProbability.FromP(0.2), 1);
        SuccessProbability[] iterates = recurrence.Iterate(recurrence.Reference, 20);
        double[] bins = Fluctuations.LogitVariances(recurrence, 64, iterates);
        Fluctuation?[] found = Fluctuations.Propagate(recurrence, p => ((FiniteGroupOmega)recurrence.Omega).StepVarianceAt(p, 64), iterates);
        Assert.All(bins.Zip(found).Skip(1), pair => Assert.Equal(1, pair.Second!.Value.LogitVariance / pair.First, 1e-12));
    }

    [Fact]
    public void Where_the_policy_saturates_the_theory_ends()
    {
        var mirror = new Recurrence(Rule("grpo").FiniteGroup(8, Epsilon), 0, SuccessProbability.FromP(0.2), 0.1);
        SuccessProbability[] iterates = mirror.Iterate(mirror.Reference, 20);
        Fluctuation?[] found = Fluctuations.Propagate(mirror, p => ((FiniteGroupOmega)mirror.Omega).StepVarianceAt(p, 64), iterates);
        int first = Array.FindIndex(iterates, p => p.Logit > 36);
        Assert.InRange(first, 1, 19);
        Assert.All(found[..first], each => Assert.NotNull(each));
        Assert.All(found[first..], each => Assert.Null(each));
    }

    /// <summary>theory.md section 4: for epsilon 0 the deviation times G tends to -1/(8 beta sqrt(v*) (1 - h'(p*))).</summary>
    [Theory]
    [InlineData(0.3, 2)]
    [InlineData(0.1, 5)]
    [InlineData(0.6, 4)]
    public void The_fixed_point_moves_as_one_over_the_group_size(double pRef, double beta)
    {
        var reference = SuccessProbability.FromP(pRef);
        FixedPoint population = Nearest(new Recurrence(PopulationOmega.Grpo(0), 1, reference, beta), reference);
        double limit = -1 / (8 * beta * Math.Sqrt(population.P.Variance) * (1 - population.Derivative));
        double Times(int g) =>
            g * (Nearest(new Recurrence(Rule("grpo").FiniteGroup(g, 0), 1, reference, beta), population.P).P.P - population.P.P);

        // What is left falls as 1/G as well, and that part is known from two sizes.
        Assert.InRange(Math.Abs((Times(2048) / limit) - 1), 0, 0.005);
        Assert.Equal(2, (Times(1024) - limit) / (Times(2048) - limit), 0.02);
        Assert.Equal(1, ((2 * Times(2048)) - Times(1024)) / limit, 2e-5);
    }

    [Fact]
    public void At_p_ref_03_beta_2_and_64_rollouts_the_deviation_is_as_the_theory_says()
    {
        var reference = SuccessProbability.FromP(0.3);
        SuccessProbability population = Nearest(new Recurrence(PopulationOmega.Grpo(0), 1, reference, 2), reference).P;
        SuccessProbability finite = Nearest(new Recurrence(Rule("grpo").FiniteGroup(64, 0), 1, reference, 2), population).P;
        Assert.Equal(-0.00206, finite.P - population.P, 5e-6);
    }

    private static FixedPoint Nearest(Recurrence recurrence, SuccessProbability to) =>
        new FixedPoints(recurrence.Omega).Of(recurrence).MinBy(point => Math.Abs(point.P.Logit - to.Logit));

    private static IEnumerable<(string Name, Omega Omega)> AllOmegas()
    {
        foreach (string rule in (string[])["grpo", "grpo-sample-std", "maxrl"])
        {
            yield return ($"{rule} population", Rule(rule).Population(Epsilon)!);
            foreach (int g in (int[])[2, 3, 4, 16, 333])
            {
                yield return ($"{rule} {g}", Rule(rule).FiniteGroup(g, Epsilon));
                yield return ($"{rule} {g} plug-in", new PlugInOmega(Rule(rule).Scale(g, Epsilon)));
            }
        }

        IReadOnlyList<double> scale = Rule("grpo").Scale(8, Epsilon);
        FiniteGroupOmega finite = Rule("grpo").FiniteGroup(8, Epsilon);
        yield return ("self-normalized 2 1", new SelfNormalizedOmega(Rule("grpo").Scale(2, Epsilon), 1));
        yield return ("self-normalized 8 1", new SelfNormalizedOmega(scale, 1));
        yield return ("self-normalized 8 20", new SelfNormalizedOmega(scale, 20));
        foreach (double attempts in (double[])[1, 2, 3, 64, 1e6])
        {
            yield return ($"informative {attempts}", new InformativeOmega(finite, attempts));
            yield return ($"noisy informative {attempts}", new NoisyOmega(new InformativeOmega(finite, attempts), Noise));
        }

        yield return ("noisy", new NoisyOmega(finite, Noise));
        yield return ("false positives", new NoisyOmega(finite, new VerifierNoise(0.2, 0)));
        yield return ("false negatives", new NoisyOmega(finite, new VerifierNoise(0, 0.3)));
        yield return ("scaled", new ScaledOmega(PopulationOmega.Grpo(Epsilon), 0.75));
    }

    private static AdvantageRule Rule(string name) => AdvantageRule.Named.Single(rule => rule.Name == name);

    private static void AssertClose(double expected, double found) => Assert.Equal(expected, found, 1e-11 * Math.Max(1, expected));

    private static double Binomial(int n, int k, double p)
    {
        double log = (k * Math.Log(p)) + (p < 1 ? (n - k) * Math.Log(1 - p) : n == k ? 0 : double.NegativeInfinity);
        for (int i = 0; i < k; i++)
        {
            log += Math.Log((double)(n - i) / (k - i));
        }

        return Math.Exp(log);
    }

    private static IEnumerable<int[]> Outcomes(int groupSize, int groups)
    {
        int all = (int)Math.Pow(groupSize + 1, groups);
        for (int i = 0; i < all; i++)
        {
            var counts = new int[groups];
            for ((int g, int rest) = (0, i); g < groups; g++, rest /= groupSize + 1)
            {
                counts[g] = rest % (groupSize + 1);
            }

            yield return counts;
        }
    }
}
