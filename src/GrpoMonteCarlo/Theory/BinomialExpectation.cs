using System.Runtime.Intrinsics;

namespace GrpoMonteCarlo.Theory;

/// <summary>
/// E f(J) for J ~ Binomial(n, p) and up to three functions f at once. The weights grow outwards from the mode by their ratio, so that
/// no factorial, power or logarithm is needed, nothing overflows, and every term keeps its relative accuracy at any p.
/// </summary>
internal sealed class BinomialExpectation
{
    /// <summary>A weight this far below the mode's no longer counts beside any bounded f.</summary>
    public const double Negligible = 6.842277657836021e-49; // 2^-160

    private readonly int _n;
    private readonly Vector256<double>[] _terms; // lanes: 1, f0(J), f1(J), f2(J)
    private readonly double[] _up; // (n-J) / (J+1)
    private readonly double[] _down; // J / (n-J+1)

    /// <param name="n">Number of trials, at least 0.</param>
    /// <param name="functions">The values f0, f1, f2 at each J from 0 to n.</param>
    public BinomialExpectation(int n, Func<int, (double F0, double F1, double F2)> functions)
    {
        _n = n;
        _terms = new Vector256<double>[n + 1];
        _up = new double[n + 1];
        _down = new double[n + 1];
        for (int j = 0; j <= n; j++)
        {
            (double f0, double f1, double f2) = functions(j);
            _terms[j] = Vector256.Create(1, f0, f1, f2);
            _up[j] = (double)(n - j) / (j + 1);
            _down[j] = (double)j / (n - j + 1);
        }
    }

    /// <summary>The three expectations at success probability p, given with its complement so that neither loses digits.</summary>
    public (double F0, double F1, double F2) At(double p, double oneMinusP)
    {
        int mode = Math.Min(_n, (int)((_n + 1) * p));
        Vector256<double> sum = _terms[mode];
        if (mode < _n)
        {
            double odds = p / oneMinusP;
            double weight = 1;
            for (int j = mode; j < _n; j++)
            {
                weight *= _up[j] * odds;
                if (weight < Negligible)
                {
                    break;
                }

                sum += _terms[j + 1] * weight;
            }
        }

        if (mode > 0)
        {
            double odds = oneMinusP / p;
            double weight = 1;
            for (int j = mode; j > 0; j--)
            {
                weight *= _down[j] * odds;
                if (weight < Negligible)
                {
                    break;
                }

                sum += _terms[j - 1] * weight;
            }
        }

        double total = sum.GetElement(0);
        return (sum.GetElement(1) / total, sum.GetElement(2) / total, sum.GetElement(3) / total);
    }
}
