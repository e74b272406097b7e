using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Tests.Kernels;

/// <summary>One binomial variate by both methods: chi-square, mean and variance, 5 sigma on both sides; what makes rejection exact.</summary>
public class BinomialVariateTests
{
    private const int Draws = 200_000;

    [Theory]
    [InlineData(1, 0.4)]
    [InlineData(1, 1e-3)]
    [InlineData(2, 0.4)]
    [InlineData(10, 0.999)]
    [InlineData(64, 0.2)]
    [InlineData(47, 0.5)] // Around the switch from inversion to rejection, at a mean of 24.
    [InlineData(48, 0.5)]
    [InlineData(49, 0.5)]
    [InlineData(79, 0.3)]
    [InlineData(81, 0.3)]
    [InlineData(81, 0.7)]
    [InlineData(2_399, 0.01)]
    [InlineData(2_401, 0.01)]
    [InlineData(4_096, 0.0058)] // Powers and logarithms.
    [InlineData(4_097, 0.0058)]
    [InlineData(4_096, 1.5e-5)] // Around a mean of 1/16.
    [InlineData(4_200, 1.5e-5)]
    [InlineData(1_000_000, 2.39e-5)]
    [InlineData(1_000_000, 2.41e-5)]
    [InlineData(1_000_000_000_000, 2.39e-11)]
    [InlineData(1_000_000_000_000, 2.41e-11)]
    [InlineData(110, 0.25)]
    [InlineData(100, 0.5)]
    [InlineData(1_000, 0.5)]
    [InlineData(100_000, 0.3)]
    [InlineData(100_000, 0.999)]
    [InlineData(1_000_000_000, 0.4)]
    [InlineData(1_000_000_000_000, 1e-6)]
    [InlineData(1_000_000_000_000, 0.5)]
    public void A_variate_is_binomial(long n, double p)
    {
        WordBuffer words = new(InstructionSets.Best);
        words.Begin(new StreamKey((uint)n, (uint)(1e9 * p)), default);
        double mean = n * p, variance = mean * (1 - p);
        Dictionary<long, int> counts = [];
        double sum = 0, squares = 0;
        for (int draw = 0; draw < Draws; draw++)
        {
            long x = BinomialVariate.Draw(n, p, 1 - p, words);
            Assert.InRange(x, 0, n);
            counts[x] = counts.GetValueOrDefault(x) + 1;
            sum += x - mean;
            squares += (x - mean) * (x - mean);
        }

        double fourthLessSquare = (variance * (1 - (6 * p * (1 - p)))) + (2 * variance * variance);
        Assert.InRange(sum / Math.Sqrt(Draws * variance), -5, 5);
        Assert.InRange((squares - (Draws * variance)) / Math.Sqrt(Draws * fourthLessSquare), -5, 5);
        Assert.InRange(ChiSquareDeviation(n, p, counts), -5, 5);
    }

    [Fact]
    public void The_hat_covers_every_k_and_the_squeeze_none_too_many()
    {
        foreach ((long n, double p) in Hats())
        {
            double mean = n * p, sd = Math.Sqrt(mean * (1 - p));
            BinomialRejection.Hat hat = new(mean, 1 - p);
            for (double k = Math.Max(0, Math.Floor(mean - (9 * sd))); k <= Math.Min(n, mean + (14 * sd)); k++)
            {
                // g' grows with |u|: between the ends of k's interval it is largest at the outer one, least at the inner one.
                double one = Edge(hat, k - mean - 0.5), other = Edge(hat, k - mean + 0.5);
                double inner = Math.Abs(k - mean) < 0.5 ? 0.5 : Math.Max(one, other);
                double probability = BinomialProbability.At(n, p, k);
                double most = probability * hat.Slope(Math.Min(one, other));
                Assert.True(most < hat.Ceiling - 0.001, $"ceiling at n = {n}, p = {p}, k = {k}");
                if (inner >= BinomialRejection.Hat.SqueezeFrom)
                {
                    // The least within the squeeze is where k's interval, or the squeeze, begins.
                    Assert.True(probability * hat.Slope(inner) > hat.Floor + 0.001, $"floor at n = {n}, p = {p}, k = {k}");
                }
            }
        }
    }

    [Fact]
    public void The_fine_end_of_a_uniform_has_a_word_more()
    {
        // One word in 2^24 is below 2^40.
        WordBuffer words = new(InstructionSets.Best), raw = new(InstructionSets.Best);
        words.Begin(new StreamKey(1, 2), default);
        raw.Begin(new StreamKey(1, 2), default);
        int refined = 0;
        for (int i = 0; i < 50_000_000; i++)
        {
            ulong word = raw.Next();
            double expected = Math.ScaleB((long)(word >> 1), -63);
            if (word < 1UL << 40)
            {
                refined++;
                expected = Math.ScaleB(word + Math.ScaleB((long)(raw.Next() >> 1), -63), -64);
            }

            if (words.NextFineUniform() != expected)
            {
                Assert.Fail($"word {i}");
            }
        }

        Assert.InRange(refined, 1, 15);
    }

    private static IEnumerable<(long N, double P)> Hats()
    {
        System.Random random = new(1);
        foreach (double p in (double[])[0.5, 0.4, 0.25, 0.1, 0.01, 1e-4, 1e-8, 0])
        {
            for (int i = 0; i < 60; i++)
            {
                // Means from the switch on, dense near it, to 3 10^5; at p = 0 the largest n.
                double mean = BinomialVariate.RejectionFrom * Math.Exp(10 * Math.Pow(i / 60.0, 2)) * (1 + (0.05 * random.NextDouble()));
                long n = p == 0 ? 1_000_000_000_000 : (long)Math.Ceiling(mean / p);
                yield return (n, p == 0 ? mean / n : p);
            }
        }
    }

    // 1/2 - |u| where g(u) = x: b e^2 + (|x| + 2a - b/2) e - a = 0.
    private static double Edge(BinomialRejection.Hat hat, double x)
    {
        double linear = Math.Abs(x) + (2 * hat.A) - (hat.B / 2);
        double root = Math.Sqrt((linear * linear) + (4 * hat.A * hat.B));
        return linear > 0 ? 2 * hat.A / (linear + root) : (root - linear) / (2 * hat.B);
    }

    // Values in bins of at least 50 expected draws, their probabilities by ratios outward from the mode.
    private static double ChiSquareDeviation(long n, double p, Dictionary<long, int> counts)
    {
        double mean = n * p, reach = (12 * Math.Sqrt(mean * (1 - p))) + 60;
        long low = (long)Math.Max(0, mean - reach), high = (long)Math.Min(n, mean + reach);
        double[] shares = new double[high - low + 1];
        int mode = (int)(Math.Min(n, (long)((n + 1) * p)) - low);
        shares[mode] = 1;
        for (int i = mode; i < shares.Length - 1; i++)
        {
            shares[i + 1] = shares[i] * (n - (low + i)) / (low + i + 1) * (p / (1 - p));
        }

        for (int i = mode; i > 0; i--)
        {
            shares[i - 1] = shares[i] * (low + i) / (n - (low + i) + 1) * ((1 - p) / p);
        }

        double total = shares.Sum();
        double chiSquare = 0, expected = 0, counted = 0, left = Draws;
        int degrees = 0;
        for (int i = 0; i < shares.Length; i++)
        {
            expected += Draws * shares[i] / total;
            counted += counts.GetValueOrDefault(low + i);
            if (expected >= Math.Max(50, Draws / 1000.0) && left - expected >= 50)
            {
                chiSquare += (counted - expected) * (counted - expected) / expected;
                left -= expected;
                degrees++;
                expected = counted = 0;
            }
        }

        chiSquare += expected > 0 ? (counted - expected) * (counted - expected) / expected : 0;
        if (degrees == 0)
        {
            return 0;
        }

        double spread = 2 / (9.0 * degrees);
        return (Math.Cbrt(chiSquare / degrees) - (1 - spread)) / Math.Sqrt(spread);
    }
}
