using System.Numerics;

namespace GrpoMonteCarlo.Tests.Numerics;

/// <summary>e^x in integer arithmetic, with an error far below that of any double: what the deterministic functions are held against.</summary>
internal static class ExactExponential
{
    public const int FractionBits = 1200;

    private static readonly BigInteger One = BigInteger.One << FractionBits;

    /// <summary>e^x 2^FractionBits for the exact value of a double with |x| at most 800.</summary>
    public static BigInteger Of(BigRational x)
    {
        BigInteger scaled = (x.Numerator << FractionBits) / x.Denominator;

        // Halve 24 times, sum the Taylor series, square 24 times.
        BigInteger reduced = scaled >> 24;
        BigInteger term = One;
        BigInteger sum = One;
        for (int i = 1; !term.IsZero && i < 400; i++)
        {
            term = (term * reduced >> FractionBits) / i;
            sum += term;
        }

        for (int i = 0; i < 24; i++)
        {
            sum = sum * sum >> FractionBits;
        }

        return sum;
    }

    /// <summary>e^x as a rational, accurate for negative x as well.</summary>
    public static BigRational Rational(double x) => x < 0
        ? new BigRational(One, Of(BigRational.FromDouble(-x)))
        : new BigRational(Of(BigRational.FromDouble(x)), One);
}
