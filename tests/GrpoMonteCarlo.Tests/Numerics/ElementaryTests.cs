using System.Numerics;
using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Tests.Numerics;

public class ElementaryTests
{
    private const double AllowedUlps = 2;

    private static readonly BigRational One = new(1, 1);

    public static TheoryData<double> ExpArguments() => Spread(
        [0, 1e-300, 5e-324, -1e-20, 1e-8, -1e-8, 0.34657359027997264, -0.34657359027997264, 0.5, 1, -1, 708.9, 709.782712893384, -708.3, -708.4, -720.5, -744.9, -745.13],
        random => (random.NextDouble() * 1450) - 740,
        random => (random.NextDouble() - 0.5) * 4);

    public static TheoryData<double> LogArguments() => Spread(
        [5e-324, 1e-310, 2.2250738585072014e-308, 1e-300, 0.7071067811865475, 0.7071067811865476, 1.414213562373095, 1.4142135623730951, 1.4142135623730954, 0.9999999999999999, 1.0000000000000002, 2, 10, 1.7976931348623157e308],
        random => Math.ScaleB(1 + random.NextDouble(), random.Next(-1020, 1020)),
        random => 0.5 + (random.NextDouble() * 1.5));

    public static TheoryData<double> Probabilities() => Spread(
        [5e-324, 1e-300, 1e-12, 0.1, 0.3, 0.42857142857142855, 0.4999999999999999, 0.5000000000000001, 0.5789473684210527, 0.9, 0.999999, 0.9999999999999999],
        random => random.NextDouble(),
        random => 0.5 + ((random.NextDouble() - 0.5) * Math.ScaleB(1, -random.Next(1, 50))));

    public static TheoryData<double> SmallArguments() => Spread(
        [1e-300, -1e-300, 1e-20, -1e-20, -1e-8, 1e-8, -0.01, -0.2928, 0.41],
        random => (random.NextDouble() * 0.7) - 0.29,
        random => (random.NextDouble() - 0.5) * Math.ScaleB(1, -random.Next(1, 50)));

    [Theory]
    [MemberData(nameof(ExpArguments))]
    public void Exp_is_within_two_ulps(double x) =>
        Assert.InRange(BigRational.UlpsBetween(Elementary.Exp(x), ExactExponential.Rational(x)), 0, AllowedUlps);

    [Theory]
    [MemberData(nameof(ExpArguments))]
    public void Sigmoid_is_within_two_ulps(double x)
    {
        BigRational power = ExactExponential.Rational(x);
        Assert.InRange(BigRational.UlpsBetween(Elementary.Sigmoid(x), power / (One + power)), 0, AllowedUlps);
    }

    [Theory]
    [MemberData(nameof(LogArguments))]
    public void Log_is_within_two_ulps(double x) => AssertLogarithm(Elementary.Log(x), BigRational.FromDouble(x));

    [Theory]
    [MemberData(nameof(SmallArguments))]
    public void Log_one_plus_is_within_two_ulps(double x) => AssertLogarithm(Elementary.LogOnePlus(x), One + BigRational.FromDouble(x));

    [Theory]
    [MemberData(nameof(Probabilities))]
    public void Logit_is_within_four_ulps(double p)
    {
        BigRational exact = BigRational.FromDouble(p);
        AssertLogarithm(Elementary.Logit(p), exact / (One - exact), ulps: 4);
    }

    [Fact]
    public void Limits_are_exact()
    {
        Assert.Equal(1, Elementary.Exp(0));
        Assert.Equal(double.PositiveInfinity, Elementary.Exp(709.79));
        Assert.Equal(double.PositiveInfinity, Elementary.Exp(double.PositiveInfinity));
        Assert.Equal(0, Elementary.Exp(-745.14));
        Assert.Equal(0, Elementary.Exp(double.NegativeInfinity));
        Assert.Equal(0, Elementary.Log(1));
        Assert.Equal(double.NegativeInfinity, Elementary.Log(0));
        Assert.Equal(double.NaN, Elementary.Log(-1));
        Assert.Equal(0, Elementary.Logit(0.5));
        Assert.Equal(double.NegativeInfinity, Elementary.Logit(0));
        Assert.Equal(double.PositiveInfinity, Elementary.Logit(1));
        Assert.Equal(0.5, Elementary.Sigmoid(0));
        Assert.Equal(1, Elementary.Sigmoid(double.PositiveInfinity));
        Assert.Equal(0, Elementary.Sigmoid(double.NegativeInfinity));
    }

    [Fact]
    public void Many_rarer_probabilities_at_once_are_those_of_one()
    {
        var random = new System.Random(23);
        for (int length = 0; length < 40; length++)
        {
            double[] logits = [.. Enumerable.Range(0, length).Select(i => i switch
            {
                5 => 0,
                6 => -0.0,
                11 => 1e9,
                12 => -702.5,
                13 => -740,
                14 => double.PositiveInfinity,
                _ => (random.NextDouble() - 0.5) * Math.ScaleB(1, random.Next(-40, 10)),
            })];
            double[] rarer = new double[length];
            Elementary.RarerProbability(logits, rarer);
            Assert.Equal(logits.Select(x => BitConverter.DoubleToInt64Bits(Elementary.Sigmoid(-Math.Abs(x)))), rarer.Select(BitConverter.DoubleToInt64Bits));
        }
    }

    [Fact]
    public void Bits_are_those_of_every_other_machine()
    {
        // What one machine computed; the same digest must come out wherever the tests run.
        var random = new System.Random(17);
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        for (int i = 0; i < 100_000; i++)
        {
            double x = (random.NextDouble() - 0.5) * 1400;
            double p = random.NextDouble();
            hash.AppendData(BitConverter.GetBytes(Elementary.Exp(x)));
            hash.AppendData(BitConverter.GetBytes(Elementary.Sigmoid(x)));
            hash.AppendData(BitConverter.GetBytes(Elementary.Log(p)));
            hash.AppendData(BitConverter.GetBytes(Elementary.Logit(p)));
        }

        Assert.Equal("e2e37554ff412283dc5c99ce44e1f88f28786425fd73029ad40728ce7ee1fea5", Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    // The exact logarithm of a rational lies between y - n ulp and y + n ulp just if the exponentials of these bracket the rational.
    private static void AssertLogarithm(double y, BigRational exact, double ulps = AllowedUlps)
    {
        BigRational ulp = BigRational.FromDouble(Math.BitIncrement(Math.Abs(y)) - Math.Abs(y));
        BigRational slack = new(ulp.Numerator * (int)ulps, ulp.Denominator);
        BigRational below = BigRational.FromDouble(y) - slack;
        BigRational above = BigRational.FromDouble(y) + slack;
        Assert.True(Exponential(below) <= exact, $"{y:R} is more than {ulps} ulp above");
        Assert.True(Exponential(above) >= exact, $"{y:R} is more than {ulps} ulp below");
    }

    private static BigRational Exponential(BigRational x)
    {
        var one = BigInteger.One << ExactExponential.FractionBits;
        return x.Numerator.Sign < 0
            ? new BigRational(one, ExactExponential.Of(new BigRational(-x.Numerator, x.Denominator)))
            : new BigRational(ExactExponential.Of(x), one);
    }

    private static TheoryData<double> Spread(double[] special, params Func<System.Random, double>[] draws)
    {
        var random = new System.Random(20260101);
        var data = new TheoryData<double>(special);
        foreach (Func<System.Random, double> draw in draws)
        {
            for (int i = 0; i < 150; i++)
            {
                double x = draw(random);
                if (x is not 0.5 and not 1)
                {
                    data.Add(x);
                }
            }
        }

        return data;
    }
}
