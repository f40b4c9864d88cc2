// The emoji that apps write by name most often. Others stay as they are: ":name:".

const TABLE = `+1 👍 thumbsup 👍 -1 👎 wave 👋 clap 👏 pray 🙏 raised_hands 🙌 muscle 💪 handshake 🤝 point_right 👉 point_up ☝️
ok_hand 👌 eyes 👀 heart ❤️ green_heart 💚 blue_heart 💙 yellow_heart 💛 sparkles ✨ star ⭐ star2 🌟 tada 🎉 party_popper 🎉
confetti_ball 🎊 balloon 🎈 trophy 🏆 medal 🏅 gift 🎁 fire 🔥 rocket 🚀 bulb 💡 seedling 🌱 herb 🌿 sunny ☀️ rainbow 🌈
coffee ☕ tea 🍵 cake 🍰 smile 😄 smiley 😃 slightly_smiling_face 🙂 blush 😊 grin 😁 joy 😂 wink 😉 thinking_face 🤔
sweat_smile 😅 relaxed ☺️ sunglasses 😎 sob 😭 cry 😢 disappointed 😞 confused 😕 neutral_face 😐 worried 😟 hugging_face 🤗
white_check_mark ✅ heavy_check_mark ✔️ x ❌ warning ⚠️ no_entry ⛔ question ❓ exclamation ❗ information_source ℹ️
red_circle 🔴 large_green_circle 🟢 large_yellow_circle 🟡 large_blue_circle 🔵 white_circle ⚪ black_circle ⚫
arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ arrows_counterclockwise 🔄 repeat 🔁
calendar 📅 date 📅 spiral_calendar_pad 🗓️ clock1 🕐 alarm_clock ⏰ stopwatch ⏱️ hourglass ⌛ hourglass_flowing_sand ⏳ bell 🔔
no_bell 🔕 mega 📣 loudspeaker 📢 speech_balloon 💬 memo 📝 pencil ✏️ pencil2 ✏️ clipboard 📋 books 📚 book 📖 mortar_board 🎓
bar_chart 📊 chart_with_upwards_trend 📈 mag 🔍 link 🔗 lock 🔒 unlock 🔓 key 🔑 gear ⚙️ wrench 🔧 email 📧 inbox_tray 📥
phone ☎️ iphone 📱 computer 💻 dart 🎯 compass 🧭 busts_in_silhouette 👥 bust_in_silhouette 👤 technologist 🧑‍💻 robot_face 🤖
zero 0️⃣ one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ pause_button ⏸️ double_vertical_bar ⏸️ arrow_forward ▶️ house 🏠 zap ⚡`;

const words = TABLE.split(/\s+/);
const EMOJI = new Map(words.flatMap((word, index) => (index % 2 ? [] : [[word, words[index + 1]]])));

export const emoji = (name) => EMOJI.get(name.split("::")[0]);

