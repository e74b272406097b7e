namespace GrpoMonteCarlo.Theory;

/// <summary>
/// Another Omega, read from a table over the logit that is filled where it is asked: between neighbouring multiples of 1/32 the polynomial
/// of degree 5 with the values and the first two derivatives of both ends, whose error is (1/32)^6/46080, 2e-14, of the sixth derivative:
/// less than 1e-12 of Omega. For many orbits of one Omega that costs a sum to evaluate. Not for several threads at once.
/// </summary>
internal sealed class TabulatedOmega(Omega inner) : Omega
{
    private const int StepsPerLogit = 32;

    private readonly Dictionary<int, (double Value, double First, double Second)> _nodes = [];
    private readonly Dictionary<int, double[]> _polynomials = []; // in the logit's excess over the left node, in steps

    internal override double TailLogit => inner.TailLogit;

    public override double At(SuccessProbability p)
    {
        if (!(Math.Abs(p.Logit) < TailLogit))
        {
            return inner.At(p);
        }

        double[] c = PolynomialAt(p.Logit, out double t);
        return c[0] + (t * (c[1] + (t * (c[2] + (t * (c[3] + (t * (c[4] + (t * c[5])))))))));
    }

    public override double LogitDerivativeAt(SuccessProbability p) => inner.LogitDerivativeAt(p);

    public override double SecondLogitDerivativeAt(SuccessProbability p) => inner.SecondLogitDerivativeAt(p);

    public override double LargestFrom(double logit) => inner.LargestFrom(logit);

    private double[] PolynomialAt(double logit, out double t)
    {
        double left = Math.Floor(logit * StepsPerLogit);
        t = (logit * StepsPerLogit) - left;
        int i = (int)left;
        if (!_polynomials.TryGetValue(i, out double[]? polynomial))
        {
            (double value, double first, double second) = NodeAt(i);
            (double rightValue, double rightFirst, double rightSecond) = NodeAt(i + 1);
            double rise = rightValue - value - first - (second / 2);
            double turn = rightFirst - first - second;
            double bend = rightSecond - second;
            polynomial =
            [
                value, first, second / 2,
                (10 * rise) - (4 * turn) + (bend / 2), (7 * turn) - (15 * rise) - bend, (6 * rise) - (3 * turn) + (bend / 2),
            ];
            _polynomials.Add(i, polynomial);
        }

        return polynomial;
    }

    private (double Value, double First, double Second) NodeAt(int i)
    {
        if (!_nodes.TryGetValue(i, out (double Value, double First, double Second) node))
        {
            var p = SuccessProbability.FromLogit((double)i / StepsPerLogit);
            node = (
                inner.At(p),
                inner.LogitDerivativeAt(p) / StepsPerLogit,
                inner.SecondLogitDerivativeAt(p) / (StepsPerLogit * StepsPerLogit));
            _nodes.Add(i, node);
        }

        return node;
    }
}
