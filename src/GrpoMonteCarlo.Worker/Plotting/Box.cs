namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>A rectangle of the picture, in px.</summary>
internal readonly record struct Box(double Left, double Top, double Width, double Height)
{
    public double Right => Left + Width;

    public double Bottom => Top + Height;

    /// <summary>Where a place along the x axis is.</summary>
    public double X(double place) => Left + (Width * place);

    /// <summary>Where a place along the y axis is.</summary>
    public double Y(double place) => Bottom - (Height * place);
}
