using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;
using MathNet.Numerics;

namespace GrpoMonteCarlo.Tests.Kernels;

/// <summary>Logarithms of gamma variates: mean and variance, the distribution function where it is a double, 5 sigma on both sides.</summary>
public class GammaVariateTests
{
    private const int Draws = 400_000;

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.01)]
    [InlineData(0.3)]
    [InlineData(0.999)]
    [InlineData(1)]
    [InlineData(2.5)]
    [InlineData(100)]
    [InlineData(1e6)]
    public void A_variate_is_gamma(double shape)
    {
        double[] logs = Sample(shape, Draws);

        // The cumulants of log X are digamma's derivatives.
        double mean = SpecialFunctions.DiGamma(shape), variance = PolyGamma(1, shape), fourth = PolyGamma(3, shape);
        double sum = 0, squares = 0;
        foreach (double log in logs)
        {
            sum += log - mean;
            squares += (log - mean) * (log - mean);
        }

        Assert.InRange(sum / Math.Sqrt(Draws * variance), -5, 5);
        Assert.InRange((squares - (Draws * variance)) / Math.Sqrt(Draws * (fourth + (2 * variance * variance))), -5, 5);

        if (shape > 1000)
        {
            return; // The distribution function takes too long.
        }

        // Kolmogorov-Smirnov: P(sqrt(n) D > x) < 2 e^(-2 x^2), which is 5 sigma at x = 2.75; and by its lower tail above 0.27.
        Array.Sort(logs);
        double distance = 0;
        for (int i = 0; i < Draws; i++)
        {
            double probability = Cumulative(shape, logs[i]);
            distance = Math.Max(distance, Math.Max(probability - ((double)i / Draws), ((i + 1.0) / Draws) - probability));
        }

        Assert.InRange(distance * Math.Sqrt(Draws), 0.27, 2.75);
    }

    [Fact]
    public void Variates_are_the_same_at_every_width()
    {
        double[] expected = Sample(0.3, 1000, InstructionSet.Scalar);
        foreach (InstructionSet isa in InstructionSets.Available)
        {
            Assert.Equal(expected, Sample(0.3, 1000, isa));
        }
    }

    [Fact]
    public void Drawing_allocates_nothing()
    {
        WordBuffer words = new(InstructionSets.Best);
        words.Begin(new StreamKey(1, 2), default);
        double sum = 0;
        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                sum += GammaVariate.DrawLog(0.5, words) + GammaVariate.DrawLog(5, words);
            }
        }));
        Assert.True(double.IsFinite(sum));
    }

    [Fact]
    public void Shapes_out_of_range_are_refused()
    {
        WordBuffer words = new(InstructionSets.Best);
        foreach (double shape in (double[])[0, -1, 0.0009, 1_000_001, double.NaN, double.PositiveInfinity])
        {
            Assert.Throws<ArgumentOutOfRangeException>("shape", () => GammaVariate.DrawLog(shape, words));
        }
    }

    private static double[] Sample(double shape, int draws) => Sample(shape, draws, InstructionSets.Best);

    private static double[] Sample(double shape, int draws, InstructionSet isa)
    {
        WordBuffer words = new(isa);
        words.Begin(StreamKey.Derive(1, 42, "gamma-variate-tests"), new StreamAddress((long)(1e3 * shape), 0, 0, StreamPurpose.ReferencePolicy));
        return [.. Enumerable.Range(0, draws).Select(_ => GammaVariate.DrawLog(shape, words))];
    }

    // P(log X <= y). Where e^y is small it is e^(shape y) / Gamma(shape + 1), to e^y of itself; the library takes 10^-15 for 0.
    private static double Cumulative(double shape, double y) => y < -20
        ? Math.Exp((shape * y) - SpecialFunctions.GammaLn(shape + 1))
        : SpecialFunctions.GammaLowerRegularized(shape, Math.Exp(y));

    // The n-th derivative of digamma, n odd: n! sum 1/(x+k)^(n+1), the tail by Euler and Maclaurin.
    private static double PolyGamma(int n, double x)
    {
        double sum = 0;
        for (; x < 30; x++)
        {
            sum += Math.Pow(x, -n - 1);
        }

        sum += (Math.Pow(x, -n) / n) + (Math.Pow(x, -n - 1) / 2) + ((n + 1) * Math.Pow(x, -n - 2) / 12);
        return sum * SpecialFunctions.Factorial(n);
    }
}
