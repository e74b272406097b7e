namespace GrpoMonteCarlo.Numerics;

/// <summary>A function of one variable at a point, with its first and second derivative, carried through arithmetic exactly.</summary>
/// <param name="Value">The value.</param>
/// <param name="First">The first derivative.</param>
/// <param name="Second">The second derivative.</param>
internal readonly record struct Jet(double Value, double First, double Second)
{
    /// <summary>A constant.</summary>
    public static Jet Constant(double value) => new(value, 0, 0);

    public static Jet operator +(Jet a, Jet b) => new(a.Value + b.Value, a.First + b.First, a.Second + b.Second);

    public static Jet operator -(Jet a, Jet b) => new(a.Value - b.Value, a.First - b.First, a.Second - b.Second);

    public static Jet operator -(Jet a) => new(-a.Value, -a.First, -a.Second);

    public static Jet operator *(Jet a, Jet b) => new(
        a.Value * b.Value, (a.First * b.Value) + (a.Value * b.First), (a.Second * b.Value) + (2 * a.First * b.First) + (a.Value * b.Second));

    public static Jet operator *(double a, Jet b) => new(a * b.Value, a * b.First, a * b.Second);

    /// <summary>g of this, from g, g' and g'' at <see cref="Value"/>.</summary>
    public Jet Through(double value, double first, double second) =>
        new(value, first * First, (second * First * First) + (first * Second));

    /// <summary>e to the power of this.</summary>
    public Jet Exp()
    {
        double value = Elementary.Exp(Value);
        return Through(value, value, value);
    }

    /// <summary>1 / (1 + e^-x) of this.</summary>
    public Jet Sigmoid()
    {
        double value = Elementary.Sigmoid(Value);
        double other = Elementary.Sigmoid(-Value);
        return Through(value, value * other, value * other * (other - value));
    }
}
