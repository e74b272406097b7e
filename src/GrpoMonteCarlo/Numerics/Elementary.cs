using System.Numerics;

namespace GrpoMonteCarlo.Numerics;

/// <summary>
/// exp, log, logit and sigmoid out of IEEE 754 additions, multiplications and divisions only, so that every machine and every
/// instruction set gives the same bits. The C library's functions do not: they pick other code on other processors.
/// Each is within 2 units in the last place of the exact value over its whole range (tested against exact arithmetic).
/// </summary>
internal static class Elementary
{
    // ln 2 in two parts: the first has 21 trailing zero bits, so that its product with an exponent (11 bits) is exact.
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double InverseLn2 = 1.44269504088896338700;

    // Beyond these exp is infinite, or rounds to zero.
    private const double LargestExponent = 709.782712893384;
    private const double SmallestExponent = -745.1332191019412;

    // Above this no power of two in the vector's exp is subnormal.
    private const double SmallestVectorExponent = -700;

    // 1/15!, ..., 1/3!, 1/2!.
    private static ReadOnlySpan<double> ExpCoefficients =>
    [
        1.0 / 1307674368000.0, 1.0 / 87178291200.0, 1.0 / 6227020800.0, 1.0 / 479001600.0, 1.0 / 39916800.0, 1.0 / 3628800.0,
        1.0 / 362880.0, 1.0 / 40320.0, 1.0 / 5040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5,
    ];

    /// <summary>e^x, for any x; 0 and infinity beyond the range of a double.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x))
        {
            return x;
        }

        if (x > LargestExponent)
        {
            return double.PositiveInfinity;
        }

        if (x < SmallestExponent)
        {
            return 0;
        }

        // x = k ln 2 + r + c with |r| <= ln 2 / 2, c being what r lost to rounding; e^x = 2^k (1 + r + c + r^2 q(r)).
        int k = (int)((x * InverseLn2) + (x < 0 ? -0.5 : 0.5));
        double high = x - (k * Ln2High);
        double low = k * Ln2Low;
        double r = high - low;
        double c = high - r - low;
        return ScaleByPowerOfTwo(1 + (r + (c + (r * r * ExpTail(r)))), k);
    }

    /// <summary>Natural logarithm, for any x; minus infinity at 0, not a number below.</summary>
    public static double Log(double x)
    {
        if (double.IsNaN(x) || x < 0)
        {
            return double.NaN;
        }

        if (x == 0)
        {
            return double.NegativeInfinity;
        }

        if (double.IsPositiveInfinity(x))
        {
            return x;
        }

        int k = 0;
        if (x < 2.2250738585072014e-308)
        {
            x *= 18014398509481984.0; // 2^54 brings a subnormal number into the normal range
            k = -54;
        }

        // x = 2^k (1 + f) with 1 + f between sqrt(1/2) and sqrt(2).
        long bits = BitConverter.DoubleToInt64Bits(x);
        k += (int)(bits >> 52) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
        if (mantissa > 1.4142135623730951)
        {
            mantissa *= 0.5;
            k++;
        }

        return LogOnePlus(mantissa - 1, k);
    }

    /// <summary>log(1 + x) for x from -0.29 to 0.41, with full relative accuracy also where x is small.</summary>
    public static double LogOnePlus(double x) => LogOnePlus(x, 0);

    /// <summary>log(1 + e^x) for x at most 0, with full relative accuracy also where e^x is small.</summary>
    public static double LogOnePlusExp(double x)
    {
        double power = Exp(x);
        return power < 0.4 ? LogOnePlus(power) : Log(1 + power);
    }

    /// <summary>log(p / (1-p)) of a probability p in [0, 1]; exact to the last places also where p is near 1/2.</summary>
    public static double Logit(double p)
    {
        double odds = p / (1 - p);
        // Near 1/2 the rounding of the odds would be all that is left: log(1 + f) with f = (2p-1) / (1-p), whose numerator is exact.
        return odds is > 0.75 and < 1.375 ? LogOnePlus(2 * (p - 0.5) / (1 - p), 0) : Log(odds);
    }

    /// <summary>1 / (1 + e^-x): the probability whose logit is x. Its complement is Sigmoid(-x), with full relative accuracy.</summary>
    public static double Sigmoid(double x)
    {
        if (x >= 0)
        {
            return 1 / (1 + Exp(-x));
        }

        // e / (1 + e), written so that only the small correction e^2 / (1 + e) carries the roundings of sum and quotient.
        double e = Exp(x);
        return e < 0.25 ? e - (e * (e / (1 + e))) : e / (1 + e);
    }

    /// <summary>Sigmoid(-|x|) of each element, bit for bit: min(p, 1-p) of the probability whose logit is x.</summary>
    public static void RarerProbability(ReadOnlySpan<double> logits, Span<double> rarer)
    {
        int i = 0;
        for (; i <= logits.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            Vector<double> x = -Vector.Abs(new Vector<double>(logits[i..]));
            if (!Vector.GreaterThanAll(x, new Vector<double>(SmallestVectorExponent)))
            {
                // A saturated replicate: its power of two is not a normal number.
                for (int j = i; j < i + Vector<double>.Count; j++)
                {
                    rarer[j] = Sigmoid(-Math.Abs(logits[j]));
                }

                continue;
            }

            Vector<double> e = ExpOfNegative(x);
            Vector<double> quotient = e / (Vector<double>.One + e);
            Vector.ConditionalSelect(Vector.LessThan(e, new Vector<double>(0.25)), e - (e * quotient), quotient).CopyTo(rarer[i..]);
        }

        for (; i < logits.Length; i++)
        {
            rarer[i] = Sigmoid(-Math.Abs(logits[i]));
        }
    }

    /// <summary>Exp of each element, bit for bit; fastest where all are from -700 to 0, as log-probabilities are.</summary>
    public static void Exp(ReadOnlySpan<double> x, Span<double> result)
    {
        int i = 0;
        for (; i <= x.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            Vector<double> lanes = new(x[i..]);
            if (Vector.GreaterThanAll(lanes, new Vector<double>(SmallestVectorExponent)) && Vector.LessThanOrEqualAll(lanes, Vector<double>.Zero))
            {
                ExpOfNegative(lanes).CopyTo(result[i..]);
                continue;
            }

            for (int j = i; j < i + Vector<double>.Count; j++)
            {
                result[j] = Exp(x[j]);
            }
        }

        for (; i < x.Length; i++)
        {
            result[i] = Exp(x[i]);
        }
    }

    // Exp of each lane, for x from -700 to 0: the same operations in the same order.
    private static Vector<double> ExpOfNegative(Vector<double> x)
    {
        // Adding 1.5 2^52 rounds nothing here, k being whole, and leaves k in the low bits of the sum, from where it becomes 2^k.
        Vector<double> k = Vector.Truncate((x * InverseLn2) - new Vector<double>(0.5));
        Vector<long> wholeBits = Vector.AsVectorInt64(k + new Vector<double>(6755399441055744.0));
        Vector<double> power = Vector.AsVectorDouble(Vector.ShiftLeft(wholeBits + new Vector<long>(ExponentBits.Bias), 52));

        Vector<double> high = x - (k * Ln2High);
        Vector<double> low = k * Ln2Low;
        Vector<double> r = high - low;
        Vector<double> c = high - r - low;
        Vector<double> tail = new(ExpCoefficients[0]);
        foreach (double coefficient in ExpCoefficients[1..])
        {
            tail = (tail * r) + new Vector<double>(coefficient);
        }

        return (Vector<double>.One + (r + (c + (r * r * tail)))) * power;
    }

    // (e^r - 1 - r) / r^2 for |r| <= ln 2 / 2: the Taylor series, whose first term left out is below 2^-60 of the result.
    private static double ExpTail(double r)
    {
        double tail = ExpCoefficients[0];
        foreach (double coefficient in ExpCoefficients[1..])
        {
            tail = (tail * r) + coefficient;
        }

        return tail;
    }

    // log(2^k (1 + f)), |f| < 0.415. With s = f / (2 + f): log(1 + f) = 2 atanh(s) = f - h + s (h + t), where h = f^2 / 2 and
    // t = 2 (s^2/3 + s^4/5 + ...): the leading terms f and h are exact or nearly so, and roundings fall on small terms.
    private static double LogOnePlus(double f, int k)
    {
        double s = f / (2 + f);
        double z = s * s;
        double t = 2.0 / 27;
        t = (t * z) + (2.0 / 25);
        t = (t * z) + (2.0 / 23);
        t = (t * z) + (2.0 / 21);
        t = (t * z) + (2.0 / 19);
        t = (t * z) + (2.0 / 17);
        t = (t * z) + (2.0 / 15);
        t = (t * z) + (2.0 / 13);
        t = (t * z) + (2.0 / 11);
        t = (t * z) + (2.0 / 9);
        t = (t * z) + (2.0 / 7);
        t = (t * z) + (2.0 / 5);
        t = (t * z) + (2.0 / 3);
        t *= z;
        double h = 0.5 * f * f;
        return (k * Ln2High) + (f - (h - ((s * (h + t)) + (k * Ln2Low))));
    }

    // x 2^k, x near 1: one rounding only, also where the result is subnormal.
    private static double ScaleByPowerOfTwo(double x, int k) => k switch
    {
        > 1023 => x * ExponentBits.PowerOfTwo(1023) * ExponentBits.PowerOfTwo(k - 1023),
        < -1021 => x * ExponentBits.PowerOfTwo(k + 100) * ExponentBits.PowerOfTwo(-100),
        _ => x * ExponentBits.PowerOfTwo(k),
    };
}
