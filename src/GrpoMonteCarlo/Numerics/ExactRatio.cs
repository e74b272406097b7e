using System.Numerics;

namespace GrpoMonteCarlo.Numerics;

/// <summary>Quotients of big integers as doubles.</summary>
internal static class ExactRatio
{
    /// <summary>numerator / denominator, rounded to the nearest double, ties to even; the denominator positive.</summary>
    public static double ToDouble(BigInteger numerator, BigInteger denominator)
    {
        if (numerator.IsZero)
        {
            return 0;
        }

        var magnitude = BigInteger.Abs(numerator);

        // Scale so that the quotient has 61 or 62 bits (a signed conversion is rounded once on every processor), and let its lowest
        // bit say whether anything was left over: the conversion to double then rounds as if it saw the whole quotient.
        int shift = 61 - (int)(magnitude.GetBitLength() - denominator.GetBitLength());
        BigInteger quotient = shift >= 0
            ? BigInteger.DivRem(magnitude << shift, denominator, out BigInteger remainder)
            : BigInteger.DivRem(magnitude, denominator << -shift, out remainder);
        long digits = (long)quotient;
        if (!remainder.IsZero)
        {
            digits |= 1;
        }

        double result = Math.ScaleB(digits, -shift);
        return numerator.Sign < 0 ? -result : result;
    }
}
