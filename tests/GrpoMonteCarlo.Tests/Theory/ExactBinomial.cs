using System.Numerics;
using GrpoMonteCarlo.Numerics;
using GrpoMonteCarlo.Tests.Numerics;

namespace GrpoMonteCarlo.Tests.Theory;

/// <summary>
/// Binomial(n, p) in fixed-point integers of thousands of bits, the definition itself: the exact value that closed forms are held to.
/// Numbers are integers in units of 1/<see cref="One"/>.
/// </summary>
internal sealed class ExactBinomial
{
    private readonly int _bits;

    public ExactBinomial(int n, double p)
    {
        // The rarer outcome's q is at most 1/2, so the first weight is at least 2^-n.
        _bits = n + 1200;
        One = BigInteger.One << _bits;
        Success = FromDouble(p);
        Failure = One - Success;
        Weights = new BigInteger[n + 1];
        bool successIsRare = Success <= Failure;
        (BigInteger rare, BigInteger common) = successIsRare ? (Success, Failure) : (Failure, Success);
        BigInteger weight = Power(common, n);
        for (int i = 0; i <= n; i++)
        {
            Weights[successIsRare ? i : n - i] = weight;
            weight = weight * rare / common * (n - i) / (i + 1);
        }
    }

    public BigInteger One { get; }

    public BigInteger Success { get; }

    public BigInteger Failure { get; }

    /// <summary>P(K) for each K.</summary>
    public BigInteger[] Weights { get; }

    public BigInteger FromDouble(double value)
    {
        BigRational exact = BigRational.FromDouble(value);
        return exact.Numerator * One / exact.Denominator;
    }

    public BigInteger Power(BigInteger value, long exponent)
    {
        BigInteger result = One;
        for (BigInteger square = value; exponent > 0; exponent >>= 1, square = Times(square, square))
        {
            result = (exponent & 1) == 0 ? result : Times(result, square);
        }

        return result;
    }

    public BigInteger Times(BigInteger a, BigInteger b) => a * b >> _bits;

    public BigInteger Over(BigInteger a, BigInteger b) => a * One / b;

    /// <summary>E f(K).</summary>
    public BigInteger Mean(Func<int, BigInteger> f)
    {
        BigInteger sum = 0;
        for (int k = 0; k < Weights.Length; k++)
        {
            sum += Weights[k].IsZero ? 0 : Times(f(k), Weights[k]);
        }

        return sum;
    }

    /// <summary>d/dL E f(K), L = logit p: the covariance of f(K) and K.</summary>
    public BigInteger LogitSlope(Func<int, BigInteger> f) => Mean(k => Times(f(k), (k * One) - ((Weights.Length - 1) * Success)));

    public double ToDouble(BigInteger value) => ExactRatio.ToDouble(value, One);
}
