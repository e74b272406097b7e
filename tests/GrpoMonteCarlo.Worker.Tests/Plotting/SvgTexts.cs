using System.Globalization;
using System.Xml.Linq;
using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Tests.Plotting;

/// <summary>Where the texts of a picture are, by the width estimate.</summary>
internal static class SvgTexts
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>Every text lies inside the picture; none, but for notes beside points, lies over another.</summary>
    public static void Check(XElement root)
    {
        Assert.Equal(Svg + "svg", root.Name);
        (double width, double height) = (Number(root, "width"), Number(root, "height"));
        XElement[] texts = [.. root.Descendants(Svg + "text")];
        Assert.NotEmpty(texts);
        (double Left, double Top, double Right, double Bottom)[] boxes = [.. texts.Select(Extent)];
        for (int i = 0; i < texts.Length; i++)
        {
            (double left, double top, double right, double bottom) = boxes[i];
            bool inside = left >= -0.02 && top >= -0.02 && right <= width + 0.02 && bottom <= height + 0.02;
            Assert.True(inside, $"{texts[i].Value} is at {left},{top} to {right},{bottom} of {width},{height}");
            for (int j = 0; j < i; j++)
            {
                bool apart = right <= boxes[j].Left + 0.1 || boxes[j].Right <= left + 0.1
                    || bottom <= boxes[j].Top + 0.1 || boxes[j].Bottom <= top + 0.1;
                Assert.True(apart || IsNote(texts[i]) || IsNote(texts[j]), $"{texts[i].Value} over {texts[j].Value}");
            }
        }
    }

    private static bool IsNote(XElement text) => text.Attribute("class")?.Value == "note";

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    // From what is written: the letters' bodies, 0.75 em above the line to 0.2 em below it.
    private static (double Left, double Top, double Right, double Bottom) Extent(XElement text)
    {
        double size = Number(text, "font-size");
        double width = text.Nodes().Sum(node => node switch
        {
            XText letters => size * TextWidth.Of(letters.Value),
            XElement span => (span.Attribute("font-size") is null ? size : Number(span, "font-size")) * TextWidth.Of(span.Value),
            _ => 0,
        });
        (double x, double y) = (Number(text, "x"), Number(text, "y"));
        double before = width * text.Attribute("text-anchor")?.Value switch { "middle" => 0.5, "end" => 1, _ => 0 };
        (double up, double down) = (0.75 * size, 0.2 * size);
        return text.Attribute("transform") is null
            ? (x - before, y - up, x - before + width, y + down)
            : (x - up, y + before - width, x + down, y + before);
    }
}
