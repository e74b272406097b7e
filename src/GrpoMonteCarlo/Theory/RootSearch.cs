namespace GrpoMonteCarlo.Theory;

/// <summary>
/// Zeros of a function of the logit between samples that are handed over in rising order. A change of sign brackets one; between two
/// samples of equal sign whose slopes differ the extremum is looked up too, so that a close pair of zeros is not missed.
/// </summary>
internal sealed class RootSearch(Func<double, RootSearch.Sample> at)
{
    /// <summary>How densely callers sample: logits that are whole multiples of 1/32.</summary>
    public const int StepsPerLogit = 32;

    private Sample? _before;

    /// <summary>The zeros found so far, in rising order.</summary>
    public List<double> Roots { get; } = [];

    /// <summary>Looks between this sample and the one before.</summary>
    public void Next(Sample b)
    {
        if (_before is Sample a)
        {
            Cross(a, b);
        }

        _before = b;
    }

    private void Cross(Sample a, Sample b)
    {
        if (a.Excess == 0)
        {
            Roots.Add(a.Logit);
        }
        else if (a.Excess * b.Excess < 0)
        {
            Roots.Add(Root(a, b));
        }
        else if (b.Excess != 0 && a.Slope * b.Slope < 0 && a.Excess * a.Slope < 0)
        {
            Sample turn = Extremum(a, b);
            if (turn.Excess == 0)
            {
                Roots.Add(turn.Logit);
            }
            else if (turn.Excess * a.Excess < 0)
            {
                Roots.Add(Root(a, turn));
                Roots.Add(Root(turn, b));
            }
        }
    }

    // Newton's step where it stays inside the bracket and shrinks it well, bisection otherwise, until no double lies between.
    private double Root(Sample a, Sample b)
    {
        double width = double.PositiveInfinity;
        while (true)
        {
            double middle = a.Logit + ((b.Logit - a.Logit) / 2);
            if (middle <= a.Logit || middle >= b.Logit)
            {
                return Math.Abs(a.Excess) <= Math.Abs(b.Excess) ? a.Logit : b.Logit;
            }

            Sample near = Math.Abs(a.Excess) < Math.Abs(b.Excess) ? a : b;
            double newton = near.Logit - (near.Excess / near.Slope);
            bool shrinks = b.Logit - a.Logit < width / 2;
            width = b.Logit - a.Logit;
            Sample next = at(shrinks && newton > a.Logit && newton < b.Logit ? newton : middle);
            if (next.Excess == 0)
            {
                return next.Logit;
            }

            if (next.Excess * a.Excess < 0)
            {
                b = next;
            }
            else
            {
                a = next;
            }
        }
    }

    private Sample Extremum(Sample a, Sample b)
    {
        for (int i = 0; i < 60; i++)
        {
            Sample middle = at(a.Logit + ((b.Logit - a.Logit) / 2));
            if (middle.Slope * a.Slope < 0)
            {
                b = middle;
            }
            else
            {
                a = middle;
            }
        }

        return Math.Abs(a.Excess) <= Math.Abs(b.Excess) ? a : b;
    }

    /// <summary>The function and its derivative by the logit.</summary>
    public readonly record struct Sample(double Logit, double Excess, double Slope);
}
