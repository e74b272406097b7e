using System.Text;

namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>The outlines of the eight series' markers.</summary>
internal static class MarkerPath
{
    // Corners in the unit that the radius is, y downwards; none is the circle. The areas are about equal.
    private static readonly (double X, double Y)[][] Corners =
    [
        [],
        [(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)],
        [(0, -1.25), (1.15, 0.8), (-1.15, 0.8)],
        [(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)],
        [(0, 1.25), (1.15, -0.8), (-1.15, -0.8)],
        Cross(0),
        Cross(Math.PI / 4),
        [(0, -1.5), (0.42, -0.42), (1.5, 0), (0.42, 0.42), (0, 1.5), (-0.42, 0.42), (-1.5, 0), (-0.42, -0.42)],
    ];

    public static void Append(StringBuilder path, int series, double x, double y, double radius)
    {
        if (series == 0)
        {
            string r = SvgElements.Number(radius);
            string across = SvgElements.Number(2 * radius);
            path.Append($"M{SvgElements.Number(x - radius)} {SvgElements.Number(y)}a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0 -{across} 0Z");
            return;
        }

        char command = 'M';
        foreach ((double dx, double dy) in Corners[series])
        {
            path.Append($"{command}{SvgElements.Number(x + (radius * dx))} {SvgElements.Number(y + (radius * dy))}");
            command = 'L';
        }

        path.Append('Z');
    }

    private static (double X, double Y)[] Cross(double angle)
    {
        const double Arm = 1.35;
        const double Half = 0.45;
        (double X, double Y)[] quarter = [(Half, -Half), (Half, -Arm), (-Half, -Arm)];
        return [.. Enumerable.Range(0, 4).SelectMany(turn => quarter.Select(corner =>
        {
            (double sine, double cosine) = Math.SinCos(angle - (turn * Math.PI / 2));
            return ((corner.X * cosine) - (corner.Y * sine), (corner.X * sine) + (corner.Y * cosine));
        }))];
    }
}
